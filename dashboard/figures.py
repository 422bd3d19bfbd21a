"""Numbers, money and moments as people of the session's language write them. What is unknown is a dash."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st
from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_currency, format_decimal, format_percent

from adflux_core.money import DIGITS
from dashboard.words import locale

UNKNOWN = "—"
HOME_ZONE = "America/Bogota"
# Nobody pays centavos: these are drawn whole, though kept exact.
WHOLE = {"COP", "CRC", "HUF", "IDR", "TWD"}


def money(amount: Decimal | None, currency: str) -> str:
    """COP 12.345.678: the code, not a $ that two countries read differently."""
    if amount is None:
        return UNKNOWN
    digits = 0 if currency in WHOLE else DIGITS.get(currency, 2)
    pattern = f"¤¤\u00a0#,##0{'.' if digits else ''}{'0' * digits}"
    return str(format_currency(amount, currency, pattern, locale=locale(), currency_digits=False))


def number(value: Decimal | float | None) -> str:
    """Whole where it is whole, else up to two decimals."""
    return UNKNOWN if value is None else str(format_decimal(value, "#,##0.##", locale=locale()))


def percent(share: Decimal | float | None) -> str:
    return UNKNOWN if share is None else str(format_percent(share, "#,##0.0 %", locale=locale()))


def day(value: date | None) -> str:
    return UNKNOWN if value is None else str(format_date(value, _day_pattern(), locale=locale()))


def moment(value: datetime | None) -> str:
    """In the time zone of the person looking."""
    if value is None:
        return UNKNOWN
    return str(format_datetime(value.astimezone(zone()), f"{_day_pattern()}, H:mm", locale=locale()))


def ago(value: datetime | None) -> str:
    if value is None:
        return UNKNOWN
    return str(format_timedelta(value - datetime.now(UTC), add_direction=True, locale=locale()))


def zone() -> ZoneInfo:
    """The browser's time zone; Bogotá when it does not say."""
    try:
        return ZoneInfo(st.context.timezone or HOME_ZONE)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(HOME_ZONE)


def _day_pattern() -> str:
    return "MMM d, y" if locale().language == "en" else "d MMM y"


def seconds(value: float) -> str:
    """4,2 s; 3 min 12 s."""
    whole = int(value)
    if whole < 60:
        return f"{format_decimal(round(value, 1), '#,##0.#', locale=locale())} s"
    return f"{number(whole // 60)} min {whole % 60} s"
