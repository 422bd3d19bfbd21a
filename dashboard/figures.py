"""Numbers, money and moments as people of the session's language write them. What is unknown is a dash."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st
from babel import Locale
from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_currency, format_decimal, format_percent

from adflux_core.money import DIGITS
from dashboard.words import locale

_there: ContextVar[ZoneInfo | None] = ContextVar("_there", default=None)
UNKNOWN = "—"
HOME_ZONE = "America/Bogota"
# Nobody pays centavos: these are drawn whole, though kept exact.
WHOLE = {"COP", "CRC", "HUF", "IDR", "TWD"}


def money(amount: Decimal | None, currency: str) -> str:
    """COP 12.345.678: the code, not a $ that two countries read differently."""
    return UNKNOWN if amount is None else _money(amount, currency, locale())


def number(value: Decimal | float | None) -> str:
    """Whole where it is whole, else up to two decimals."""
    return UNKNOWN if value is None else _number(value, locale())


def percent(share: Decimal | float | None) -> str:
    return UNKNOWN if share is None else str(format_percent(share, "#,##0.0 %", locale=locale()))


def day(value: date | None) -> str:
    return UNKNOWN if value is None else _day(value, locale())


def moment(value: datetime | None) -> str:
    """In the time zone of the person looking."""
    if value is None:
        return UNKNOWN
    # Without its zone: to a cache the same instant in two zones is one value.
    return _moment(value.astimezone(zone()).replace(tzinfo=None), locale())


def ago(value: datetime | None) -> str:
    if value is None:
        return UNKNOWN
    return str(format_timedelta(value - datetime.now(UTC), add_direction=True, locale=locale()))


@contextmanager
def in_one_zone() -> Iterator[None]:
    """Inside, the browser's time zone is looked up once."""
    token = _there.set(zone())
    try:
        yield
    finally:
        _there.reset(token)


def zone() -> ZoneInfo:
    """The browser's time zone; Bogotá when it does not say."""
    known = _there.get()
    if known is not None:
        return known
    try:
        return ZoneInfo(st.context.timezone or HOME_ZONE)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(HOME_ZONE)


def seconds(value: float) -> str:
    """4,2 s; 3 min 12 s."""
    whole = int(value)
    if whole < 60:
        return f"{format_decimal(round(value, 1), '#,##0.#', locale=locale())} s"
    return f"{number(whole // 60)} min {whole % 60} s"


# The same few thousand values are drawn again and again, and Babel takes 50 µs for each.
@lru_cache(maxsize=20_000)
def _money(amount: Decimal, currency: str, where: Locale) -> str:
    digits = 0 if currency in WHOLE else DIGITS.get(currency, 2)
    pattern = f"¤¤\u00a0#,##0{'.' if digits else ''}{'0' * digits}"
    return str(format_currency(amount, currency, pattern, locale=where, currency_digits=False))


@lru_cache(maxsize=20_000)
def _number(value: Decimal | float, where: Locale) -> str:
    return str(format_decimal(value, "#,##0.##", locale=where))


@lru_cache(maxsize=5_000)
def _day(value: date, where: Locale) -> str:
    return str(format_date(value, _day_pattern(where), locale=where))


@lru_cache(maxsize=5_000)
def _moment(there: datetime, where: Locale) -> str:
    return str(format_datetime(there, f"{_day_pattern(where)}, H:mm", locale=where))


def _day_pattern(where: Locale) -> str:
    return "MMM d, y" if where.language == "en" else "d MMM y"
