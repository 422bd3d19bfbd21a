"""Insights: the same truth row for row, restated as time passes, in the account's own days."""

from collections import Counter
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from facebook_business.adobjects.adreportrun import AdReportRun
from facebook_business.adobjects.campaign import Campaign

from sandbox.server import Sandbox

FIELDS = "ad_id,impressions,reach,clicks,inline_link_clicks,spend,actions"
OCTOBER = {"since": "2026-10-01", "until": "2026-10-31"}
ALL_YEAR = {"since": "2026-01-01", "until": "2026-12-31"}


def daily(client: Any, **changes: Any) -> list[dict[str, Any]]:
    query = {"level": "ad", "time_increment": 1, "time_range": ALL_YEAR, "fields": FIELDS, "limit": 500}
    return [row for page in client.pages("act/insights", **(query | changes)) for row in page]


def as_truth(row: dict[str, Any]) -> dict[str, Any]:
    actions = {action["action_type"]: int(action["value"]) for action in row.get("actions", [])}
    return {
        "ad_id": row["ad_id"],
        "date_day": row["date_start"],
        "impressions": int(row["impressions"]),
        "reach": int(row["reach"]),
        "clicks": int(row["clicks"]),
        "inline_link_clicks": int(row.get("inline_link_clicks", 0)),
        "landing_page_views": actions.get("landing_page_view", 0),
        "apply_clicks": actions.get("offsite_conversion.fb_pixel_custom", 0),
        "applications": actions.get("submit_application_total", 0),
        "spend": row["spend"],
        "actions": actions,
    }


def told(client: Any, key: str = "reported") -> list[dict[str, Any]]:
    ignored = {"platform", "account_id", "campaign_id", "adset_id"}
    return [{n: v for n, v in row.items() if n not in ignored} for row in client.truth()[key]]


def by_key(rows: list[dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(row["ad_id"], row["date_day"]): row for row in rows}


@pytest.fixture
def three(client: Any) -> Any:
    """Three trees that have run for a fortnight."""
    for _ in range(3):
        client.tree(daily_budget=400_000)
    client.days(14)
    return client


def test_insights_are_the_truth_row_for_row(three: Any) -> None:
    rows = [as_truth(row) for row in daily(three)]
    assert len(rows) > 35
    assert by_key(rows) == by_key(told(three))


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


def test_two_worlds_of_one_seed_are_the_same_however_time_is_cut(make_client: Any) -> None:
    tellings = []
    for steps in ([30], [1] * 30, [7, 0, 3, 20]):
        with Sandbox(today=date(2026, 10, 1), seed=5) as world:
            client = make_client(world)
            client.tree()
            for step in steps:
                client.days(step)
            tellings.append(told(client))
    assert tellings[0] == tellings[1] == tellings[2]


def test_another_seed_is_another_world(make_client: Any) -> None:
    tellings = []
    for seed in (1, 2):
        with Sandbox(today=date(2026, 10, 1), seed=seed) as world:
            client = make_client(world)
            client.tree()
            client.days(3)
            tellings.append([row["spend"] for row in told(client)])
    assert tellings[0] != tellings[1]


def test_numbers_are_restated_for_28_days_and_then_stay(make_client: Any) -> None:
    with Sandbox(today=date(2026, 1, 1), seed=3) as world:
        client = make_client(world)
        for _ in range(8):
            client.tree(daily_budget=600_000, end_time="2026-02-10T00:00:00")
        client.days(40)
        tellings = [by_key(told(client))]
        for _ in range(29):
            client.days(1)
            tellings.append(by_key(told(client)))
        assert tellings[-1] == by_key(told(client, "settled"))
        client.days(60)
        assert by_key(told(client)) == tellings[-1]

    moves: Counter[str] = Counter()
    for before, after in pairwise(tellings):
        moves["vanished"] += len(before.keys() - after.keys())
        assert not after.keys() - before.keys()  # nothing comes out of nowhere
        for key, row in after.items():
            old = before[key]
            assert row["applications"] >= old["applications"]
            assert row["impressions"] == old["impressions"]
            moves["applications"] += row["applications"] > old["applications"]
            moves["spend"] += Decimal(row["spend"]) < Decimal(old["spend"])
            moves["clicks"] += row["clicks"] < old["clicks"]
            assert Decimal(row["spend"]) <= Decimal(old["spend"])
    assert min(moves[name] for name in ("vanished", "applications", "spend", "clicks")) > 0, moves


def test_a_day_in_progress_only_grows(client: Any) -> None:
    client.tree(daily_budget=400_000)
    before = {"impressions": 0, "clicks": 0, "spend": "0"}
    for _ in range(6):
        client.world.control("POST", "clock", {"advance_seconds": 2 * 3600})
        row = as_truth(daily(client)[0])
        assert row["impressions"] > before["impressions"]
        assert row["clicks"] >= before["clicks"]
        assert int(row["spend"]) > int(before["spend"])
        before = row


def test_days_are_those_of_the_account(make_client: Any) -> None:
    """Kiritimati is fourteen hours ahead: its day begins while UTC is still at the one before."""
    with Sandbox(today=date(2026, 10, 1), timezone="Pacific/Kiritimati") as world:
        client = make_client(world)
        client.tree()
        world.control("POST", "clock", {"advance_seconds": 16 * 3600})  # 09:00 to 01:00 of the next day
        assert [row["date_start"] for row in daily(client)] == ["2026-10-01", "2026-10-02"]


@pytest.mark.parametrize("currency", ["COP", "EUR", "JPY"])
def test_spend_has_the_digits_of_its_currency(make_client: Any, currency: str) -> None:
    with Sandbox(today=date(2026, 10, 1), currency=currency) as world:
        client = make_client(world)
        client.tree(daily_budget=client.world.account.currency.minor("20"))
        client.days(2)
        spend = Decimal(daily(client)[0]["spend"])
        assert -spend.as_tuple().exponent == (2 if currency == "EUR" else 0)
        money = client.world.account.currency
        assert 0.2 < spend * money.offset / money.minor("20") <= 1.75


@pytest.mark.parametrize("level", ["account", "campaign", "adset", "ad"])
def test_every_level_adds_up(three: Any, level: str) -> None:
    rows = daily(three, level=level, fields="spend,impressions,actions")
    days = Counter(row["date_start"] for row in rows)
    assert set(days.values()) == {1} if level == "account" else max(days.values()) == 3
    total: Counter[str] = Counter()
    for row in rows:
        total.update({a["action_type"]: int(a["value"]) for a in row["actions"]})
        total["spend"] += int(row["spend"])
    expected: Counter[str] = Counter()
    for row in told(three):
        expected.update(row["actions"])
        expected["spend"] += int(row["spend"])
    assert total == expected


def test_reach_is_not_additive(three: Any) -> None:
    whole = daily(three, level="account", time_increment="all_days", fields="reach")[0]
    assert (
        max(row["reach"] for row in told(three)) < int(whole["reach"]) < sum(r["reach"] for r in told(three))
    )


def test_periods(three: Any) -> None:
    weekly = daily(three, level="account", time_increment=7, time_range=OCTOBER, fields="spend")
    assert [(row["date_start"], row["date_stop"]) for row in weekly][:2] == [
        ("2026-10-01", "2026-10-07"),
        ("2026-10-08", "2026-10-14"),
    ]
    yesterday = daily(three, level="account", time_range=None, date_preset="yesterday", fields="spend")
    assert [row["date_start"] for row in yesterday] == ["2026-10-14"]
    # Without a range only the last thirty days are told: older ones are silently missing.
    three.days(60)
    assert daily(three, level="account", time_range=None, fields="spend")[0]["date_start"] > "2026-10-30"


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
    assert len(list(cursor)) == len(told(three))


def test_filtering(three: Any) -> None:
    ids = sorted({row["ad_id"] for row in told(three)})
    one = daily(three, filtering=[{"field": "ad.id", "operator": "IN", "value": ids[:1]}])
    assert {row["ad_id"] for row in one} == {ids[0]}
    many = [{"field": "impressions", "operator": "GREATER_THAN", "value": 10**9}]
    assert daily(three, filtering=many) == []


def test_a_deleted_ad_keeps_its_numbers_above_it(three: Any) -> None:
    """ "Manage Your Ad Object's Status": no row of its own at level=ad, unless its status is asked for."""
    gone = told(three)[0]["ad_id"]
    before = daily(three, level="account", fields="spend")
    three.post(gone, status="DELETED")
    assert gone not in {row["ad_id"] for row in daily(three)}
    assert daily(three, level="account", fields="spend") == before
    deleted = [{"field": "ad.effective_status", "operator": "IN", "value": ["DELETED"]}]
    assert {row["ad_id"] for row in daily(three, filtering=deleted)} == {gone}
    assert three.get(f"{gone}/insights", date_preset="last_14d", fields="spend")["data"]


def test_windows(three: Any) -> None:
    [row] = daily(
        three,
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


def test_a_report_runs_step_by_step(three: Any) -> None:
    run = three.account.get_insights(
        fields=["ad_id", "spend"],
        params={"level": "ad", "time_increment": 1, "time_range": OCTOBER},
        is_async=True,
    )
    seen = []
    while not seen or seen[-1][0] != "Job Completed":
        error = three.refused("GET", f"{run['report_run_id']}/insights")
        assert (error["code"], error["error_subcode"]) == (2601, 1815107)
        read = run.api_get(fields=["async_status", "async_percent_completion"])
        seen.append((read["async_status"], read["async_percent_completion"]))
    assert seen == [("Job Started", 0), ("Job Running", 35), ("Job Running", 100), ("Job Completed", 100)]
    rows = list(run.get_insights(params={"limit": 4}))
    assert len(rows) == len(told(three))

    # The rows stay those of the moment the report was completed, and are kept for thirty days.
    three.days(20)
    assert len(list(AdReportRun(run["report_run_id"], api=three.api).get_insights())) == len(rows)
    three.days(11)
    assert three.refused("GET", run["report_run_id"])["error_subcode"] == 33


@pytest.mark.parametrize(
    ("kind", "status"),
    [("async_failed", "Job Failed"), ("async_skipped", "Job Skipped"), ("async_stuck", "Job Running")],
)
def test_a_report_goes_wrong(three: Any, kind: str, status: str) -> None:
    three.fault(kind, method="POST", path="insights")
    run_id = three.post("act/insights", level="ad", time_range=OCTOBER)["report_run_id"]
    for _ in range(6):
        read = three.get(run_id)
    assert read["async_status"] == status
    assert three.refused("GET", f"{run_id}/insights")["code"] == 2601
    if kind == "async_failed":
        assert three.get(run_id, fields="error_code,error_subcode")["error_subcode"] == 2490547


def test_a_report_may_lack_rows_and_not_say_so(three: Any) -> None:
    three.fault("truncated_job", path="insights")
    run_id = three.post("act/insights", level="ad", time_increment=1, time_range=OCTOBER)["report_run_id"]
    while three.get(run_id)["async_status"] != "Job Completed":
        pass
    rows = three.get(f"{run_id}/insights", limit=500)["data"]
    assert 0 < len(rows) < len(told(three))
