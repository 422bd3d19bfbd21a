"""What campaigns spend and bring, what reports say of it, and that both agree with the truth."""

from datetime import date
from typing import Any

import pytest

from sandbox.server import Sandbox

MICROS = 1_000_000
DAILY = 50_000 * MICROS
BY_AD = (
    "SELECT ad_group_ad.ad.id, segments.date, metrics.impressions, metrics.clicks, metrics.cost_micros, "
    "metrics.conversions, metrics.all_conversions FROM ad_group_ad "
    "WHERE segments.date BETWEEN '2026-09-01' AND '2027-08-31'"
)


@pytest.fixture
def three(google: Any) -> Any:
    """Three campaigns that have run for three weeks."""
    for name in ("one", "two", "three"):
        google.make(*google.tree(name))
    google.days(21)
    return google


def truth(google: Any, key: str = "reported") -> dict[tuple[str, str], dict[str, Any]]:
    rows = google.world.control("GET", "truth")[key]
    return {(row["ad_id"], row["date_day"]): row for row in rows if row["platform"] == "google_ads"}


def told(google: Any) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (str(row.ad_group_ad.ad.id), row.segments.date): {
            "impressions": row.metrics.impressions,
            "clicks": row.metrics.clicks,
            "cost_micros": row.metrics.cost_micros,
            "conversions": row.metrics.conversions,
            "all_conversions": row.metrics.all_conversions,
        }
        for row in google.stream(BY_AD)
    }


def costs(google: Any, query: str) -> list[int]:
    return [row.metrics.cost_micros for row in google.search(query)]


def test_reports_are_the_truth_row_for_row(three: Any) -> None:
    found, true = told(three), truth(three)
    assert len(found) > 60
    assert found == {key: {name: row[name] for name in found[key]} for key, row in true.items()}
    for row in true.values():
        assert row["spend"] == str(row["cost_micros"] // MICROS)
        assert row["applications"] - row["conversions"] in (0, 0.5)
    assert any(row["conversions"] != row["applications"] for row in true.values())


def test_every_level_adds_up(three: Any) -> None:
    whole = sum(row["cost_micros"] for row in truth(three).values())
    assert whole > 0
    for query in (
        "SELECT metrics.cost_micros FROM customer",
        "SELECT metrics.cost_micros FROM campaign",
        "SELECT metrics.cost_micros FROM campaign_budget",
        "SELECT metrics.cost_micros FROM ad_group",
        "SELECT metrics.cost_micros FROM ad_group_ad",
        "SELECT segments.date, metrics.cost_micros FROM customer WHERE segments.date DURING LAST_30_DAYS",
    ):
        today = "SELECT metrics.cost_micros FROM customer WHERE segments.date DURING TODAY"
        missing = costs(three, today) if "DURING" in query else []
        assert sum(costs(three, query) + missing) == whole, query


def test_rows_of_nothing_are_left_out_only_with_a_segment(google: Any) -> None:
    google.make(*google.tree(status="PAUSED"))
    google.days(3)
    (row,) = google.search("SELECT campaign.name, metrics.clicks, metrics.ctr FROM campaign")
    assert (row.metrics.clicks, row.metrics.ctr) == (0, 0.0)
    assert google.search("SELECT metrics.clicks FROM campaign WHERE metrics.clicks > 0") == []
    assert google.stream(BY_AD) == []


def test_a_filter_on_the_date_does_not_segment(three: Any) -> None:
    query = "SELECT campaign.name, metrics.cost_micros FROM campaign WHERE segments.date = '2026-10-05'"
    expected = sum(row["cost_micros"] for key, row in truth(three).items() if key[1] == "2026-10-05")
    found = costs(three, query)
    assert (len(found), sum(found)) == (3, expected)


def test_ranges_of_dates(three: Any) -> None:
    spent = {row.segments.date for row in three.stream(BY_AD)}
    assert (min(spent), max(spent)) == ("2026-10-01", "2026-10-22")
    for name, first, last in (
        ("TODAY", "2026-10-22", "2026-10-22"),
        ("YESTERDAY", "2026-10-21", "2026-10-21"),
        ("LAST_7_DAYS", "2026-10-15", "2026-10-21"),
        ("LAST_14_DAYS", "2026-10-08", "2026-10-21"),
        ("THIS_MONTH", "2026-10-01", "2026-10-22"),
        ("THIS_WEEK_MON_TODAY", "2026-10-19", "2026-10-22"),
        ("LAST_WEEK_MON_SUN", "2026-10-12", "2026-10-18"),
    ):
        query = ["SELECT segments.date, metrics.clicks FROM customer WHERE segments.date DURING", name]
        days = [row.segments.date for row in three.search(" ".join(query))]
        assert (min(days), max(days)) == (first, last), name
    late = (
        "SELECT segments.date FROM customer WHERE segments.date >= '2026-10-20' "
        "AND segments.date < '20261022'"
    )
    assert [row.segments.date for row in three.search(late)] == ["2026-10-20", "2026-10-21"]


def test_days_are_kept_for_37_months(shared: Any) -> None:
    old = "SELECT segments.date FROM customer WHERE segments.date BETWEEN '2020-01-01' AND '2026-10-01'"
    with pytest.raises(Exception, match="Days are kept for 37 months"):
        shared.search(old)


def test_a_day_spends_twice_and_a_month_30_times_its_budget_at_most(google: Any) -> None:
    google.make(*google.tree())
    google.days(91)
    by_day: dict[str, int] = {}
    for (_, day), row in truth(google, "settled").items():
        by_day[day] = by_day.get(day, 0) + row["cost_micros"]
    assert DAILY < max(by_day.values()) <= 2 * DAILY
    for month in ("2026-10", "2026-11", "2026-12"):
        assert sum(cost for day, cost in by_day.items() if day.startswith(month)) <= 30.4 * DAILY


def test_a_total_budget_is_never_exceeded_and_ends(google: Any) -> None:
    total = 900_000 * MICROS
    budget = google.budget(amount_micros=None, period="CUSTOM_PERIOD", total_amount_micros=total)
    tree = [budget, *google.tree(end_date_time="2026-10-20 23:59:59")[1:]]
    google.make(*tree)
    google.days(10)
    halfway = sum(costs(google, "SELECT metrics.cost_micros FROM customer"))
    google.days(30)
    spent = {
        one["kind"]: one["spent"]
        for one in google.world.control("GET", "objects")["objects"]
        if "spent" in one
    }
    assert 0 < halfway < spent["campaign"] * MICROS <= total
    assert "2026-10-15" < max(day for _, day in truth(google)) <= "2026-10-20"
    assert google.value("SELECT campaign.primary_status FROM campaign") == "ENDED"


@pytest.mark.parametrize(
    "stop",
    [
        ("campaign", 1, {"status": "PAUSED"}),
        ("ad_group", 3, {"status": "PAUSED"}),
        ("ad_group_ad", 5, {"status": "PAUSED"}),
        ("ad_group_criterion", 4, {"status": "PAUSED"}),
    ],
    ids=str,
)
def test_what_is_paused_does_not_spend(google: Any, stop: tuple[str, int, dict[str, str]]) -> None:
    made = google.make(*google.tree())
    kind, index, values = stop
    google.make(google.update(kind, made[index], "status", **values))
    google.days(3)
    assert truth(google) == {}
    google.make(google.update(kind, made[index], "status", status="ENABLED"))
    google.days(1)
    assert truth(google)


def test_a_campaign_spends_from_its_start(google: Any) -> None:
    google.make(*google.tree(start_date_time="2026-10-04 00:00:00"))
    google.days(1)
    assert google.value("SELECT campaign.primary_status FROM campaign") == "PENDING"
    google.days(4)
    assert {day for _, day in truth(google)} == {"2026-10-04", "2026-10-05", "2026-10-06"}


def test_removed_ads_keep_their_numbers(three: Any) -> None:
    before = told(three)
    ads = [
        row.ad_group_ad.resource_name for row in three.search("SELECT ad_group_ad.status FROM ad_group_ad")
    ]
    three.make(*(three.remove("ad_group_ad", name) for name in ads))
    assert told(three) == before


def test_numbers_are_restated_for_ninety_days_and_then_stay(google: Any) -> None:
    for name in ("one", "two", "three", "four"):
        google.make(*google.tree(name, end_date_time="2026-10-20 23:59:59"))
    google.days(20)
    first = told(google)
    google.days(40)
    middle = told(google)
    google.days(50)
    last = told(google)
    google.days(60)
    assert told(google) == last
    assert last == {
        key: {name: row[name] for name in last[key]} for key, row in truth(google, "settled").items()
    }
    assert first != middle != last
    assert sum(row["conversions"] for row in last.values()) > sum(
        row["conversions"] for row in middle.values()
    )
    assert any(last[key]["cost_micros"] < row["cost_micros"] for key, row in first.items() if key in last)
    assert set(last) < set(first)  # some rows were withdrawn


def test_review_takes_place_when_time_passes(google: Any) -> None:
    google.make(*google.tree())
    states = (
        "SELECT ad_group_ad.policy_summary.review_status, ad_group_ad.policy_summary.approval_status, "
        "ad_group_ad.primary_status, ad_group_ad.policy_summary.policy_topic_entries FROM ad_group_ad"
    )
    (row,) = google.search(states)
    summary = row.ad_group_ad.policy_summary
    assert (summary.review_status.name, summary.approval_status.name) == ("REVIEW_IN_PROGRESS", "UNKNOWN")
    google.world.control("POST", "clock", {"advance_seconds": 60})
    (row,) = google.search(states)
    summary = row.ad_group_ad.policy_summary
    assert (summary.review_status.name, summary.approval_status.name) == ("REVIEWED", "APPROVED")
    assert row.ad_group_ad.primary_status.name == "ELIGIBLE"


def test_the_truth_names_each_platform(google: Any) -> None:
    google.make(*google.tree())
    google.days(2)
    told_truth = google.world.control("GET", "truth", {"since": "2026-10-02", "until": "2026-10-02"})
    assert [(row["platform"], row["date_day"]) for row in told_truth["reported"]] == [
        ("google_ads", "2026-10-02")
    ]
    shown = google.world.control("GET", "objects")["objects"]
    assert [one["kind"] for one in shown] == [
        *("campaign_budget", "campaign", "campaign_criterion", "ad_group"),
        *("ad_group_criterion", "ad_group_ad"),
    ]
    assert all(one["platform"] == "google_ads" for one in shown)
    assert [one["delivers"] for one in shown if "delivers" in one] == [True] * 4


def test_cents_are_cents(make_google: Any) -> None:
    with Sandbox(today=date(2026, 10, 1), currency="EUR", timezone="Europe/Madrid", google_ads=True) as world:
        google = make_google(world)
        google.make(google.budget(amount_micros=20_000_000), *google.tree()[1:])
        google.days(5)
        rows = truth(google).values()
        assert rows
        assert all(row["cost_micros"] % 10_000 == 0 for row in rows)
        assert all(float(row["spend"]) == row["cost_micros"] / MICROS for row in rows)
        assert google.value("SELECT customer.time_zone FROM customer") == "Europe/Madrid"
