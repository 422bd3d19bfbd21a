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
PRIMARY = "SELECT campaign.primary_status FROM campaign"


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


def by_campaign_and_day(google: Any) -> dict[tuple[str, str], int]:
    rows = google.world.control("GET", "truth")["settled"]
    return {(row["campaign_id"], row["date_day"]): row["cost_micros"] for row in rows}


def test_a_day_spends_twice_its_budget_at_most(google: Any) -> None:
    for number in range(12):
        google.make(*google.tree(str(number)))
    google.days(40)
    spent = by_campaign_and_day(google).values()
    assert 1.8 * DAILY < max(spent) <= 2 * DAILY


def test_a_month_spends_30_times_its_budget_at_most(google: Any) -> None:
    budget = google.make(*google.tree())[0]
    ledger = google.world.google_ads.customer.ledger
    ledger.add(date(2026, 10, 1), 30 * DAILY // MICROS, budget)  # as if it had been spent
    google.days(45)
    spent = by_campaign_and_day(google)
    october = sum(cost for (_, day), cost in spent.items() if day.startswith("2026-10"))
    assert 0 < october <= 0.4 * DAILY
    assert sum(spent.values()) - october > DAILY


def test_a_changed_budget_counts_from_its_change(google: Any) -> None:
    budget = google.make(*google.tree())[0]
    google.days(20)
    before = sum(by_campaign_and_day(google).values())
    low = DAILY // 10
    google.make(google.update("campaign_budget", budget, "amount_micros", amount_micros=low))
    google.days(10)
    later = sum(by_campaign_and_day(google).values()) - before
    assert before > 12 * DAILY
    assert 0 < later <= 11 * low


def test_a_total_budget_is_never_exceeded_and_ends(google: Any) -> None:
    total = 300_000 * MICROS
    for number in range(20):
        budget = google.budget(
            name=str(number), amount_micros=None, period="CUSTOM_PERIOD", total_amount_micros=total
        )
        google.make(budget, *google.tree(str(number), end_date_time="2026-10-05 23:59:59")[1:])
    google.days(2)
    halfway = sum(costs(google, "SELECT metrics.cost_micros FROM customer"))
    google.days(30)
    shown = google.world.control("GET", "objects")["objects"]
    spent = [one["spent"] * MICROS for one in shown if one["kind"] == "campaign"]
    assert 0 < halfway < sum(spent)
    assert max(spent) == total
    assert max(day for _, day in truth(google)) == "2026-10-05"
    assert {row.campaign.primary_status.name for row in google.search(PRIMARY)} == {"ENDED"}


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
