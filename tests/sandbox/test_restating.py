"""Traffic: seeded, restated for 28 days, in the days and the money of the account."""

from collections import Counter
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from sandbox.server import Sandbox


def test_two_worlds_of_one_seed_are_the_same_however_time_is_cut(make_client: Any) -> None:
    tellings = []
    for steps in ([30], [1] * 30, [7, 0, 3, 20]):
        with Sandbox(today=date(2026, 10, 1), seed=5) as world:
            client = make_client(world)
            client.tree()
            for step in steps:
                client.days(step)
            tellings.append(client.told())
    assert tellings[0] == tellings[1] == tellings[2]


def test_another_seed_is_another_world(make_client: Any) -> None:
    tellings = []
    for seed in (1, 2):
        with Sandbox(today=date(2026, 10, 1), seed=seed) as world:
            client = make_client(world)
            client.tree()
            client.days(3)
            tellings.append([row["spend"] for row in client.told()])
    assert tellings[0] != tellings[1]


def test_numbers_are_restated_for_28_days_and_then_stay(make_client: Any) -> None:
    with Sandbox(today=date(2026, 1, 1), seed=3) as world:
        client = make_client(world)
        for _ in range(8):
            client.tree(daily_budget=600_000, end_time="2026-02-10T00:00:00")
        client.days(40)
        tellings = [client.by_key(client.told())]
        for _ in range(29):
            client.days(1)
            tellings.append(client.by_key(client.told()))
        assert tellings[-1] == client.by_key(client.told("settled"))
        client.days(60)
        assert client.by_key(client.told()) == tellings[-1]

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
        row = client.as_truth(client.daily()[0])
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
        assert [row["date_start"] for row in client.daily()] == ["2026-10-01", "2026-10-02"]


@pytest.mark.parametrize("currency", ["COP", "EUR", "JPY"])
def test_spend_has_the_digits_of_its_currency(make_client: Any, currency: str) -> None:
    with Sandbox(today=date(2026, 10, 1), currency=currency) as world:
        client = make_client(world)
        client.tree(daily_budget=client.world.account.currency.minor("20"))
        client.days(2)
        spend = Decimal(client.daily()[0]["spend"])
        assert -spend.as_tuple().exponent == (2 if currency == "EUR" else 0)
        money = client.world.account.currency
        assert 0.2 < spend * money.offset / money.minor("20") <= 1.75
