"""Insights: the truth row for row, at every level, and strict about every word."""

from collections import Counter
from typing import Any

import pytest
from facebook_business.adobjects.campaign import Campaign

OCTOBER = {"since": "2026-10-01", "until": "2026-10-31"}


def test_insights_are_the_truth_row_for_row(three: Any) -> None:
    rows = [three.as_truth(row) for row in three.daily()]
    assert len(rows) > 35
    assert three.by_key(rows) == three.by_key(three.told())


def test_each_funnel_narrows(three: Any) -> None:
    for row in three.truth()["settled"]:
        funnel = [
            "impressions",
            "clicks",
            "inline_link_clicks",
            "landing_page_views",
            "apply_clicks",
            "applications",
        ]
        counts = [row[name] for name in funnel]
        assert counts == sorted(counts, reverse=True)
        assert row["actions"].get("submit_application_total", 0) == row["applications"]
    assert sum(row["applications"] for row in three.truth()["settled"]) > 50


@pytest.mark.parametrize("level", ["account", "campaign", "adset", "ad"])
def test_every_level_adds_up(three: Any, level: str) -> None:
    rows = three.daily(level=level, fields="spend,impressions,actions")
    days = Counter(row["date_start"] for row in rows)
    assert set(days.values()) == {1} if level == "account" else max(days.values()) == 3
    total: Counter[str] = Counter()
    for row in rows:
        total.update({a["action_type"]: int(a["value"]) for a in row["actions"]})
        total["spend"] += int(row["spend"])
    expected: Counter[str] = Counter()
    for row in three.told():
        expected.update(row["actions"])
        expected["spend"] += int(row["spend"])
    assert total == expected


def test_reach_is_not_additive(three: Any) -> None:
    whole = three.daily(level="account", time_increment="all_days", fields="reach")[0]
    assert (
        max(row["reach"] for row in three.told())
        < int(whole["reach"])
        < sum(r["reach"] for r in three.told())
    )


def test_periods(three: Any) -> None:
    weekly = three.daily(level="account", time_increment=7, time_range=OCTOBER, fields="spend")
    assert [(row["date_start"], row["date_stop"]) for row in weekly][:2] == [
        ("2026-10-01", "2026-10-07"),
        ("2026-10-08", "2026-10-14"),
    ]
    yesterday = three.daily(level="account", time_range=None, date_preset="yesterday", fields="spend")
    assert [row["date_start"] for row in yesterday] == ["2026-10-14"]
    # Without a range only the last thirty days are told: older ones are silently missing.
    three.days(60)
    assert three.daily(level="account", time_range=None, fields="spend")[0]["date_start"] > "2026-10-30"


def test_insights_of_a_node(three: Any) -> None:
    campaign_id = three.get("act/campaigns")["data"][0]["id"]
    mine = Campaign(campaign_id, api=three.api).get_insights(
        fields=["campaign_id", "spend"], params={"time_range": OCTOBER, "level": "campaign"}
    )
    [row] = list(mine)
    assert row["campaign_id"] == campaign_id
    spent = [r for r in three.truth()["reported"] if r["campaign_id"] == campaign_id]
    assert int(row["spend"]) == sum(int(r["spend"]) for r in spent)


def test_the_sdk_pages_through(three: Any) -> None:
    params = {"level": "ad", "time_increment": 1, "time_range": OCTOBER, "limit": 4}
    cursor = three.account.get_insights(fields=["ad_id", "impressions"], params=params)
    assert len(list(cursor)) == len(three.told())


def test_filtering(three: Any) -> None:
    ids = sorted({row["ad_id"] for row in three.told()})
    one = three.daily(filtering=[{"field": "ad.id", "operator": "IN", "value": ids[:1]}])
    assert {row["ad_id"] for row in one} == {ids[0]}
    many = [{"field": "impressions", "operator": "GREATER_THAN", "value": 10**9}]
    assert three.daily(filtering=many) == []


def test_a_deleted_ad_keeps_its_numbers_above_it(three: Any) -> None:
    """ "Manage Your Ad Object's Status": no row of its own at level=ad, unless its status is asked for."""
    gone = three.told()[0]["ad_id"]
    before = three.daily(level="account", fields="spend")
    three.post(gone, status="DELETED")
    assert gone not in {row["ad_id"] for row in three.daily()}
    assert three.daily(level="account", fields="spend") == before
    deleted = [{"field": "ad.effective_status", "operator": "IN", "value": ["DELETED"]}]
    assert {row["ad_id"] for row in three.daily(filtering=deleted)} == {gone}
    assert three.get(f"{gone}/insights", date_preset="last_14d", fields="spend")["data"]


def test_windows(three: Any) -> None:
    [row] = three.daily(
        level="account",
        time_increment="all_days",
        action_attribution_windows=["1d_click", "7d_click", "28d_click", "1d_view"],
    )
    action = next(a for a in row["actions"] if a["action_type"] == "submit_application_total")
    assert int(action["1d_view"]) < int(action["1d_click"]) < int(action["7d_click"]) <= int(action["value"])


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"action_attribution_windows": ["7d_view"]}, 100),
        ({"action_attribution_windows": ["28d_view"]}, 100),
        ({"fields": "impressions,colour"}, 100),
        ({"breakdowns": ["age"]}, 100),
        ({"level": "galaxy"}, 100),
        ({"time_increment": 91}, 100),
        ({"time_range": {"since": "2026-10-05", "until": "2026-10-01"}}, 100),
        ({"time_range": {"since": "yesterday", "until": "2026-10-01"}}, 100),
        ({"time_range": {"since": "2026-10-01"}}, 100),
        ({"time_range": {"since": "2023-08-01", "until": "2026-10-01"}}, 3018),
        ({"filtering": [{"field": "colour", "operator": "EQUAL", "value": "1"}]}, 100),
        ({"colour": "red"}, 100),
    ],
    ids=str,
)
def test_an_unknown_word_is_refused(client: Any, wrong: dict[str, Any], code: int) -> None:
    assert client.refused("GET", "act/insights", **wrong)["code"] == code
