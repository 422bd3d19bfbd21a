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
from adflux_core.platforms.meta.insights import Reading, read_window
from adflux_core.witness import NOBODY, Witness

ACCOUNT = Account(
    platform=PlatformName.META,
    external_id="act_1",
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


def read(rows: list[dict[str, Any]], seen: Witness = NOBODY) -> MetricsWindow:
    def pages(_path: tuple[str, ...], params: Mapping[str, Any]) -> Iterator[list[dict[str, Any]]]:
        yield rows if params["level"] == "ad" else []

    return read_window(pages, Reading(ACCOUNT, date(2010, 1, 1), date(2030, 1, 1), "link_click", seen))


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


def fivetran(name: str) -> list[dict[str, str]]:
    with (DATA / "ads" / "fivetran_facebook_ads" / name).open(newline="") as lines:
        return list(csv.DictReader(lines))


def test_ad_days_with_actions_by_attribution_window_keep_their_value() -> None:
    actions: dict[tuple[str, str], list[dict[str, str]]] = {}
    for row in fivetran("basic_ad_actions.csv"):
        told = {"action_type": row["action_type"], "value": row["value"], "1d_view": row["_1_d_view"]}
        actions.setdefault((row["ad_id"], row["date"]), []).append(told)
    raw = [
        {
            "campaign_id": "c",
            "adset_id": "g",
            "account_currency": "USD",
            "date_start": row["date"],
            **{name: row[name] for name in ("ad_id", "impressions", "inline_link_clicks", "spend", "reach")},
            "actions": actions.pop((row["ad_id"], row["date"]), []),
        }
        for row in fivetran("basic_ad.csv")
    ]
    odd = [row for row in raw if str(row["spend"]).endswith(".")]  # "144.", as no platform writes it
    for row in odd:
        with pytest.raises(
            ValidationError, match=f"ad {row['ad_id']} on {row['date_start']} .*is not a number"
        ):
            read([row])
    raw = [row for row in raw if row not in odd]
    seen = Told()
    rows = list(read(raw, seen).rows)
    assert len(rows) == len(raw) > 5
    assert sum(row.spend for row in rows) == sum(Decimal(str(row["spend"])) for row in raw)
    assert sum(row.link_clicks for row in rows) == sum(int(str(row["inline_link_clicks"])) for row in raw)
    assert "row: ad: reach" in seen.strange


def test_what_the_recorded_rows_hold_besides_is_set_aside_by_name() -> None:
    seen = Told()
    raw = [
        {"campaign_id": "c", "adset_id": "g", **row, "ad_id": str(number), "account_currency": "USD"}
        for number, row in enumerate(recorded())
    ]
    read(raw, seen)
    assert {"row: ad, actions: action_reaction", "row: ad: account_id"} <= seen.strange
