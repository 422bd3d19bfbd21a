"""Colours that can be seen on both grounds, figures in the locale's own marks, gaps that stay gaps."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import altair
import pytest
from jsonschema import ValidationError

from adflux_core.reports import Day, FunnelStep, Restated
from dashboard import charts, figures, words

GROUNDS = ("#ffffff", "#171614")  # Streamlit's light and dark


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize(
    "colour", [*charts.PLATFORM_COLOURS.values(), *charts.OTHER_COLOURS, charts.MISSING_COLOUR]
)
def test_each_colour_stands_out_from_the_ground(colour: str, ground: str) -> None:
    assert contrast(colour, ground) >= 3  # WCAG 1.4.11, graphics


def day(number: int, spend: str | None, **other: object) -> Day:
    read = spend is not None
    values = {
        "date_day": date(2026, 11, number), "platform": "meta", "account_id": "act_1", "account_name": "Uno",
        "currency": "COP", "spend": Decimal(spend) if spend else None, "impressions": 10 if read else None,
        "clicks": 1 if read else None, "link_clicks": 1 if read else None,
        "applications": Decimal(0) if read else None, "slice_id": 4 if read else None,
        "read_at": datetime(2026, 11, 9, tzinfo=UTC) if read else None, **other,
    }  # fmt: skip
    return Day(**values)  # type: ignore[arg-type]


def rows_of(drawn: charts.Spec) -> list[dict[str, Any]]:
    return [row for layer in drawn["layer"] for row in layer["data"]["values"]]


def test_a_day_that_was_not_read_is_grey_and_not_zero() -> None:
    drawn = charts.by_day([day(1, "1200.5"), day(2, None)], "spend", "Spend")
    missing, read = (layer["mark"]["type"] for layer in drawn["layer"])
    assert (missing, read) == ("rect", "bar")
    rows = sorted(rows_of(drawn), key=lambda row: row["day"])
    assert [row["value"] for row in rows] == [1200.5, None]
    assert rows[0]["receipt"] == "4"
    assert rows[1]["text"] == "Sin leer"


def test_two_accounts_of_one_platform_are_two_colours() -> None:
    days = [day(1, "10"), day(1, "20", account_id="act_2", account_name="Dos")]
    drawn = charts.by_day(days, "spend", "Spend")
    scale = drawn["layer"][0]["encoding"]["color"]["scale"]
    assert scale["domain"] == ["Meta · Dos", "Meta · Uno"]
    assert len(set(scale["range"])) == 2


def test_accounts_too_many_to_be_told_apart_are_drawn_as_their_platforms() -> None:
    many = [day(1, "10", account_id=f"act_{number}", slice_id=number) for number in range(1, 6)]
    many.append(day(1, None, account_id="act_6"))
    drawn = charts.by_day(many, "spend", "Spend")
    assert drawn["layer"][1]["encoding"]["color"]["scale"]["domain"] == ["Meta"]
    missing, read = sorted(rows_of(drawn), key=lambda row: row["value"] is not None)
    assert (read["value"], read["text"].replace("\u00a0", " "), read["receipt"]) == (
        50,
        "COP 50",
        "1, 2, 3, 4, 5",
    )
    assert (missing["value"], missing["text"]) == (None, "Sin leer")


@pytest.mark.parametrize(
    ("language", "currency", "amount", "written"),
    [
        ("es", "COP", "12345678.40", "COP 12.345.678"),
        ("en", "COP", "12345678.40", "COP 12,345,678"),
        ("es", "USD", "1234.5", "USD 1.234,50"),
        ("en", "KWD", "1.234", "KWD 1.234"),
        ("es", "CLP", "990", "CLP 990"),
    ],
)
def test_money_is_written_as_its_country_does(
    monkeypatch: pytest.MonkeyPatch, language: str, currency: str, amount: str, written: str
) -> None:
    monkeypatch.setattr(figures, "locale", lambda: words.LOCALES[language])
    assert figures.money(Decimal(amount), currency).replace("\u00a0", " ") == written


def test_what_is_unknown_is_a_dash() -> None:
    assert {figures.money(None, "COP"), figures.number(None), figures.day(None), figures.ago(None)} == {"—"}


def test_every_chart_is_what_vega_lite_takes() -> None:
    days = [day(1, "10"), day(2, None), day(1, "20", platform="google_ads", account_id="2-2")]
    steps = [FunnelStep("meta", None, "started", 9), FunnelStep("google_ads", None, "hired", 1)]
    moved = [Restated("meta", "COP", 3, 12, Decimal("0.1"), Decimal("0.2"), None, Decimal(0))]
    for spec in (
        charts.by_day(days, "spend", "Spend"),
        charts.by_day([], "spend", "Spend"),
        charts.funnel(steps),
        charts.by_age(moved, lambda one: one.spend),
    ):
        altair.Chart.from_dict(spec)  # held against the whole schema
    with pytest.raises(ValidationError):
        altair.Chart.from_dict({**charts.by_age(moved, lambda one: one.spend), "mark": {"type": "bars"}})
