"""A row that is not what Meta documents fails its window with the row named; it never becomes a number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adflux_core.advertising import Account, MetricsWindow, PlatformName
from adflux_core.errors import TooMuchDataError, ValidationError
from adflux_core.money import Money
from adflux_core.platforms.meta.insights import Reading, read_window

ACCOUNT = Account(
    platform=PlatformName.META,
    external_id="act_1",
    name="A",
    currency="COP",
    time_zone="America/Bogota",
    smallest_daily_budget=Money.parse("COP 4000"),
)
ACTION = "offsite_conversion.fb_pixel_submit_application"
GOOD = {
    "date_start": "2026-10-02",
    "date_stop": "2026-10-02",
    "campaign_id": "1",
    "adset_id": "2",
    "ad_id": "3",
    "account_currency": "COP",
    "impressions": "1000",
    "clicks": "20",
    "spend": "15000",
}


def read(*rows: Mapping[str, Any]) -> MetricsWindow:
    def pages(_path: tuple[str, ...], params: Mapping[str, Any]) -> Iterator[list[dict[str, Any]]]:
        yield [dict(row) for row in rows] if params["level"] == "ad" else []

    return read_window(pages, Reading(ACCOUNT, date(2026, 10, 1), date(2026, 10, 5), ACTION))


def test_what_is_absent_is_zero_and_only_the_named_action_counts() -> None:
    actions = [
        {"action_type": "submit_application_total", "value": "7"},
        {"action_type": ACTION, "value": "5"},
        {"action_type": "link_click", "value": "18"},
    ]
    (row,) = read({**GOOD, "actions": actions}).rows
    assert (row.applications, row.link_clicks, row.spend) == (Decimal(5), 0, Decimal(15000))


def test_a_window_that_is_too_much_is_read_in_halves_and_a_day_that_is_too_much_says_so() -> None:
    most, asked = 2, []

    def pages(_path: tuple[str, ...], params: Mapping[str, Any]) -> Iterator[list[dict[str, Any]]]:
        since, until = (date.fromisoformat(params["time_range"][end]) for end in ("since", "until"))
        if (until - since).days >= most:
            raise TooMuchDataError("Please reduce the amount of data", platform="meta")
        if params["level"] == "ad":
            asked.append((since.day, until.day))
            yield [{**GOOD, "date_start": f"2026-10-0{day}"} for day in range(since.day, until.day + 1)]

    window = read_window(pages, Reading(ACCOUNT, date(2026, 10, 1), date(2026, 10, 5), ACTION))
    assert [row.date_day.day for row in window.rows] == [1, 2, 3, 4, 5]
    assert asked == [(1, 2), (3, 3), (4, 5)]
    most = 0
    with pytest.raises(TooMuchDataError):
        read_window(pages, Reading(ACCOUNT, date(2026, 10, 1), date(2026, 10, 5), ACTION))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("impressions", bad) for bad in ("hLbV2", "-1", "1.5", "", None, "١٢", "1_0", " 1", 1.0)),
        *(("spend", bad) for bad in ("-0.01", "NaN", "Infinity", "12,50", "", None, "1_0", "1e3", "٣")),
        *(("date_start", bad) for bad in ("2024-04-32", "2026-10-06", "2026-09-30", "", None)),
        *((name, bad) for name in ("ad_id", "campaign_id", "adset_id") for bad in (None, "", 7)),
        *(("account_currency", bad) for bad in ("USD", "", None)),
        *(
            ("actions", bad)
            for bad in ([{"action_type": ACTION}], [{"action_type": ACTION, "value": "x"}], [{}])
        ),
    ],
)
def test_a_row_that_lies_is_named(field: str, value: object) -> None:
    with pytest.raises(ValidationError) as refusal:
        read({**GOOD, field: value})
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("field", ["ad_id", "campaign_id", "adset_id", "date_start", "account_currency"])
def test_a_missing_key_is_named(field: str) -> None:
    with pytest.raises(ValidationError):
        read({key: value for key, value in GOOD.items() if key != field})


@given(
    st.dictionaries(st.sampled_from([*GOOD, "actions", "new_field"]), st.none() | st.text() | st.integers())
)
def test_whatever_arrives_is_a_row_or_one_error(changes: dict[str, Any]) -> None:
    try:
        window = read({**GOOD, **changes})
    except ValidationError:
        return
    assert all(row.spend >= 0 and row.impressions >= 0 for row in window.rows)
    assert all(isinstance(name, str) and name for row in window.rows for name in row[1:5])
