"""Numbers that Google Ads really reported come through exactly, or are refused with the row named."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from google.protobuf.json_format import ParseDict
from real_data import DATA

from adflux_core.advertising import Account, MetricsWindow, PlatformName
from adflux_core.errors import ValidationError
from adflux_core.metrics.day_rows import by_day
from adflux_core.money import Money
from adflux_core.platforms.google_ads.client import BATCH
from adflux_core.platforms.google_ads.metrics import OF_ACCOUNT, OF_ADS, answered_window
from adflux_core.witness import NOBODY, Witness

ACCOUNT = Account(
    platform=PlatformName.GOOGLE_ADS,
    external_id="1",
    name="A",
    currency="USD",
    time_zone="UTC",
    smallest_daily_budget=Money.parse("USD 1"),
)


class Told(Witness):
    """Remembers what it wondered at."""

    def __init__(self) -> None:
        self.strange: set[str] = set()

    def wonder(self, place: str, name: str, example: object) -> None:  # noqa: ARG002
        self.strange.add(f"{place}: {name}")


def window(ads: Iterable[Any] = (), account: Iterable[Any] = (), seen: Witness = NOBODY) -> MetricsWindow:
    """What batches of these rows, in JSON as Google's REST writes them, come to."""
    given = {OF_ADS: list(ads), OF_ACCOUNT: list(account)}
    encoded = {
        name: ParseDict({"results": rows}, BATCH()).SerializeToString() for name, rows in given.items()
    }
    return answered_window(
        lambda question: iter([encoded[question]]), ACCOUNT, date(2019, 1, 1), date(2026, 1, 1), seen
    )


def table(name: str) -> list[dict[str, str]]:
    with (DATA / "ads" / "fivetran_google_ads" / name).open(newline="") as lines:
        return list(csv.DictReader(lines))


def test_the_recorded_stream_keeps_every_clicks_and_micro() -> None:
    batches = json.loads((DATA / "api" / "google_ads_searchstream_7days.json").read_text())
    rows = [row for batch in batches for row in batch["results"]]
    seen = Told()
    totals = window(account=rows, seen=seen).totals
    assert [str(one.date_day) for one in totals] == [row["segments"]["date"] for row in rows]
    assert [one.clicks for one in totals] == [int(row["metrics"]["clicks"]) for row in rows]
    assert [one.spend * 1_000_000 for one in totals] == [int(row["metrics"]["costMicros"]) for row in rows]
    assert seen.strange == set()


def ad_day(row: dict[str, str]) -> dict[str, Any]:
    group = row["ad_group"].rpartition("/")[2]
    return {
        "segments": {"date": row["date"]},
        "campaign": {"id": row["campaign_id"]},
        "adGroupAd": {"resourceName": f"customers/{row['customer_id']}/adGroupAds/{group}~{row['ad_id']}"},
        "metrics": {
            "impressions": row["impressions"],
            "clicks": row["clicks"],
            "costMicros": row["cost_micros"],
        },
    }


def test_ad_days_of_a_real_account_add_up() -> None:
    raw = table("ad_stats.csv")
    rows = list(window(ads=map(ad_day, raw)).rows)
    assert len(rows) == len(raw) > 5
    for name in ("impressions", "clicks"):
        assert sum(getattr(row, name) for row in rows) == sum(int(row[name]) for row in raw)
    assert sum(row.spend for row in rows) * 1_000_000 == sum(int(row["cost_micros"]) for row in raw)


def test_an_ad_that_is_told_by_device_is_refused_and_never_half_counted() -> None:
    raw = [{**row, "device": device} for row in table("ad_stats.csv")[:1] for device in ("MOBILE", "DESKTOP")]
    raw[1]["impressions"] = "7"
    with pytest.raises(ValidationError, match=f"~{raw[0]['ad_id']} has two different rows"):
        list(by_day(window(ads=map(ad_day, raw)).rows))


def test_a_real_accounts_fractions_of_conversions_are_kept_and_its_other_measures_set_aside() -> None:
    raw = table("account_stats.csv")
    seen, told = Told(), Counter(row["date"] for row in raw)
    totals = window(
        account=(
            {
                "segments": {"date": row["date"], "device": row["device"]},
                "metrics": {
                    "impressions": row["impressions"],
                    "clicks": row["clicks"],
                    "costMicros": row["cost_micros"],
                    "conversions": float(row["conversions"]),
                },
            }
            for row in raw
        ),
        seen=seen,
    ).totals
    assert Counter(str(one.date_day) for one in totals) == told
    assert sum(one.spend for one in totals) * 1_000_000 == sum(Decimal(row["cost_micros"]) for row in raw)
    assert seen.strange == {"row: account: metrics.conversions", "row: account: segments.device"}
