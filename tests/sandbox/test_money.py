"""Whatever happens, a budget holds: a lifetime for ever, a day by +75 %, a week by seven days."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.meta.state import Account, Node
from sandbox.server import Sandbox

FIRST_DAY = date(2026, 10, 1)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("advance_days"), st.integers(1, 40)),
        st.tuples(st.just("advance_seconds"), st.integers(1, 100_000)),
    ),
    min_size=1,
    max_size=8,
)


def tree(account: Account, ads: int = 2, **budget: Any) -> Node:
    """Straight into the state: what is tested here is time and money, not the wire."""
    campaign = account.add("campaign", {"name": "c", "special_ad_categories": ["EMPLOYMENT"]})
    ad_set = account.add("adset", {"campaign_id": campaign.id, "start_time": account.clock.now, **budget})
    for _ in range(ads):
        account.add("ad", {"adset_id": ad_set.id, "campaign_id": campaign.id})
    return ad_set


@settings(max_examples=40, deadline=None)
@given(
    steps=STEPS,
    lifetime=st.integers(2_000, 5_000_000),
    days=st.integers(1, 25),
    seed=st.integers(0, 10**6),
)
def test_a_lifetime_budget_is_never_exceeded(
    steps: list[tuple[str, int]], lifetime: int, days: int, seed: int
) -> None:
    with Sandbox(today=FIRST_DAY, seed=seed) as world:
        account = world.account
        end = world.clock.now + timedelta(days=days)
        ad_set = tree(account, lifetime_budget=lifetime, end_time=end)
        for key, amount in [*steps, ("advance_days", 60)]:
            world.control("POST", "clock", {key: amount})
            assert account.ledger.total[ad_set.id] <= lifetime
            assert account.spent == account.ledger.total[ad_set.id]
        assert account.spent > lifetime / 2
        rows = world.control("GET", "truth")["reported"]
        assert sum(int(row["spend"]) for row in rows) <= lifetime


@settings(max_examples=30, deadline=None)
@given(steps=STEPS, daily=st.integers(2_000, 500_000), seed=st.integers(0, 10**6))
def test_a_day_holds_by_75_percent_and_a_week_by_seven_days(
    steps: list[tuple[str, int]], daily: int, seed: int
) -> None:
    with Sandbox(today=FIRST_DAY, seed=seed) as world:
        ad_set = tree(world.account, daily_budget=daily)
        for key, amount in steps:
            world.control("POST", "clock", {key: amount})
        weeks: Counter[date] = Counter()
        for day, spent in world.account.ledger.by_day[ad_set.id].items():
            assert spent <= 1.75 * daily
            weeks[day - timedelta(days=(day.weekday() + 1) % 7)] += spent
        assert all(spent <= 7 * daily for spent in weeks.values())


def test_some_days_overspend_and_the_budget_does_run_out() -> None:
    with Sandbox(today=FIRST_DAY) as world:
        daily = tree(world.account, daily_budget=100_000)
        end = world.clock.now + timedelta(days=90)
        lifetime = tree(world.account, lifetime_budget=900_000, end_time=end)
        world.control("POST", "clock", {"advance_days": 100})
        spent = world.account.ledger
        assert max(spent.by_day[daily.id].values()) > 150_000
        assert 850_000 < spent.total[lifetime.id] <= 900_000


def test_a_cap_on_the_campaign_holds(client: Any) -> None:
    campaign_id, _, _ = client.tree(daily_budget=100_000)
    client.post(campaign_id, spend_cap=250_000)
    client.days(10)
    assert client.world.account.ledger.total[campaign_id] == 250_000


def test_a_campaign_budget_is_shared_by_its_ad_sets(client: Any) -> None:
    budget = {"is_adset_budget_sharing_enabled": None, "bid_strategy": "LOWEST_COST_WITHOUT_CAP"}
    campaign_id = client.campaign(status="ACTIVE", lifetime_budget=600_000, **budget)
    for _ in range(2):
        end = {"daily_budget": None, "bid_strategy": None, "end_time": "2026-10-20T00:00:00"}
        client.ad(client.ad_set(campaign_id, status="ACTIVE", **end), status="ACTIVE")
    client.days(30)
    ledger = client.world.account.ledger
    ad_sets = [row["id"] for row in client.get(f"{campaign_id}/adsets")["data"]]
    assert all(ledger.total[ad_set_id] > 0 for ad_set_id in ad_sets)
    assert ledger.total[campaign_id] == sum(ledger.total[ad_set_id] for ad_set_id in ad_sets) <= 600_000
