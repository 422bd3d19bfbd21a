"""Numbers that Meta really reported come through as they are, or are refused with the row named."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from real_data import DATA

from adflux_core.advertising import Account, MetricsWindow, PlatformName
from adflux_core.errors import ValidationError
from adflux_core.money import Money
from adflux_core.platforms.meta.insights import read_window

ACCOUNT = Account(
    platform=PlatformName.META,
    external_id="act_1",
    name="A",
    currency="USD",
    time_zone="UTC",
    smallest_daily_budget=Money.parse("USD 1"),
)


def read(rows: list[dict[str, Any]]) -> MetricsWindow:
    def pages(_path: tuple[str, ...], params: Mapping[str, Any]) -> Iterator[list[dict[str, Any]]]:
        yield rows if params["level"] == "ad" else []

    return read_window(pages, ACCOUNT, date(2010, 1, 1), date(2030, 1, 1), "link_click")


def recorded() -> list[dict[str, Any]]:
    """Every insights row of the recorded replies, wherever it hangs."""
    found: list[dict[str, Any]] = []
    for path in sorted((DATA / "api").glob("meta_*insights*.jsonl")):
        waiting: list[Any] = [json.loads(line)["body"] for line in path.read_text().splitlines()]
        while waiting:
            one = waiting.pop()
            if isinstance(one, dict) and "date_start" in one:
                found.append(one)
            waiting += one.values() if isinstance(one, dict) else one if isinstance(one, list) else []
    assert len(found) > 10
    return found


def test_recorded_rows_keep_their_numbers() -> None:
    raw = [
        {"campaign_id": "c", "adset_id": "g", **row, "ad_id": str(number), "account_currency": "USD"}
        for number, row in enumerate(recorded())
    ]
    rows = list(read(raw).rows)
    for name in ("impressions", "clicks"):
        assert sum(getattr(row, name) for row in rows) == sum(int(row.get(name, 0)) for row in raw)
    assert sum(row.spend for row in rows) == sum(Decimal(row.get("spend", 0)) for row in raw)
    # One that stands under several reactions is told apart by them; only its own action type is counted.
    clicks = [one for row in raw for one in row.get("actions", ()) if one["action_type"] == "link_click"]
    assert sum(row.applications for row in rows) == sum(Decimal(one["value"]) for one in clicks)


def test_recorded_rows_without_an_ad_or_a_currency_are_refused() -> None:
    for row in recorded():
        with pytest.raises(ValidationError, match=r"Meta counts ad \S+ on \d{4}-\d\d-\d\d in None"):
            read([row])
        with pytest.raises(ValidationError, match="is not readable"):
            read([{**row, "account_currency": "USD", "ad_id": None}])


def test_float_noise_is_refused_by_the_ad_and_the_rest_is_read() -> None:
    text = (DATA / "ads" / "kag_facebook_conversion_1143.csv").read_text()  # lines end in a bare CR
    raw = [
        {
            "campaign_id": row["xyz_campaign_id"],
            "adset_id": row["fb_campaign_id"],
            "ad_id": row["ad_id"],
            "account_currency": "USD",
            "date_start": "2017-08-17",
            "impressions": row["Impressions"],
            "clicks": row["Clicks"],
            "spend": row["Spent"],
        }
        for row in csv.DictReader(io.StringIO(text))
    ]
    noisy = [row for row in raw if len(row["spend"].partition(".")[2]) > 6]
    exact = [row for row in raw if row not in noisy]
    assert len(raw) == 1143
    assert sum(row.spend for row in read(exact).rows) == sum(Decimal(row["spend"]) for row in exact) > 0
    for row in noisy:
        with pytest.raises(ValidationError, match=f"ad {row['ad_id']} on 2017-08-17 .*{row['spend']}"):
            read([*exact, row])
