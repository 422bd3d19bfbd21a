"""What a budget may be, and how it may change."""

from typing import Any

import pytest

from sandbox.meta.currencies import CURRENCIES, Currency

OFFSET_ONE = {"CLP", "COP", "CRC", "HUF", "ISK", "IDR", "JPY", "KRW", "PYG", "TWD", "VND"}


def test_a_budget_changes_four_times_an_hour(client: Any) -> None:
    ad_set_id = client.ad_set(client.campaign())
    for budget in (51_000, 52_000, 53_000, 54_000):
        client.post(ad_set_id, daily_budget=budget)
    error = client.refused("POST", ad_set_id, daily_budget=55_000)
    assert (error["code"], error["error_subcode"]) == (613, 1487632)
    client.post(ad_set_id, name="a new name is no new budget")
    client.world.control("POST", "clock", {"advance_seconds": 3600})
    client.post(ad_set_id, daily_budget=55_000)


def test_a_budget_cannot_fall_below_what_was_spent(client: Any) -> None:
    _, ad_set_id, _ = client.tree(daily_budget=None, lifetime_budget=900_000, end_time="2026-10-31T00:00:00")
    client.days(10)
    spent = next(
        seen["spent"] for seen in client.world.control("GET", "objects")["objects"] if seen["id"] == ad_set_id
    )
    assert spent > 100_000
    error = client.refused("POST", ad_set_id, lifetime_budget=spent + 1)
    assert (error["code"], error["error_subcode"]) == (100, 1885650)
    client.post(ad_set_id, lifetime_budget=int(spent * 1.2))


@pytest.mark.parametrize("currency", sorted(CURRENCIES))
def test_minimums_follow_the_currencys_own_offset(currency: str) -> None:
    offset, rate = CURRENCIES[currency]
    assert (offset == 1) == (currency in OFFSET_ONE)
    minimum = Currency(currency).minimum_budget("imp", "CO")
    assert minimum == int(float(rate) * offset / 2 + 1e-9)
    assert Currency(currency).minimum_budget("imp", "ES") == 2 * minimum
