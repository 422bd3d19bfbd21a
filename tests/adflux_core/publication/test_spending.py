"""Money is reserved under caps before anything is sent, and given back when it can no longer be spent."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from meta_publications import one_pass, planned, published, writes
from sqlalchemy import select, text

from adflux_core import database
from adflux_core.accounts import open_platform
from adflux_core.advertising import Account, DesiredState, PlatformName
from adflux_core.campaigns.approval import approve_plan
from adflux_core.campaigns.caps import set_caps
from adflux_core.campaigns.drafting import draft_plan
from adflux_core.errors import DatabaseRefusedError, InputError, RefusedError
from adflux_core.money import Money
from adflux_core.publication.orders import desire, order_publication
from adflux_core.publication.reserving import worst_periods
from adflux_core.schema.postings import Posting
from adflux_core.schema.publication import Publication
from adflux_core.schema.spending import Reservation, Spending, SpendingCap
from sandbox.server import Sandbox

WORST_DAY = 7_000_000  # COP 800,000 over 20 days, a day at 175 %, in minor units


def account() -> Account:
    return open_platform(PlatformName.META).account()


def cop(pesos: int) -> Money:
    return Money.of("COP", pesos)


def sums() -> dict[tuple[str, date], int]:
    with database.transaction() as session:
        return {(row.period, row.starts_on): row.reserved_minor for row in session.scalars(select(Spending))}


def more_postings(count: int) -> list[int]:
    with database.transaction() as session:
        rows = [
            Posting(
                source="test",
                external_id=f"more-{number}",
                title=f"Barista {number}",
                company="Cafés del Sur",
                country="CO",
                apply_url=f"https://empleos.example.com/more/{number}",
                content_hash=f"{number}".encode(),
            )
            for number in range(count)
        ]
        session.add_all(rows)
        session.flush()
        return [row.id for row in rows]


def test_a_day_is_reserved_at_its_worst_and_a_month_at_most_at_the_budget() -> None:
    worst = worst_periods(1_000, 300, date(2026, 10, 29), date(2026, 11, 10))
    assert worst["day", date(2026, 10, 31)] == 300
    assert worst["month", date(2026, 10, 1)] == 900
    assert worst["month", date(2026, 11, 1)] == 1_000
    assert sum(period == "day" for period, _ in worst) == 13


def test_the_money_is_reserved_with_the_first_intent(world: Sandbox, posting_id: int) -> None:
    publication_id = published(posting_id)
    assert sums() == {}
    world.control("POST", "faults", {"method": "POST", "path": "campaigns$", "kind": "drop_before_commit"})
    assert one_pass(publication_id).state == "doubtful"
    reserved = sums()
    assert reserved["day", date(2026, 10, 2)] == WORST_DAY
    assert reserved["day", date(2026, 10, 21)] == WORST_DAY
    assert ("day", date(2026, 10, 22)) not in reserved
    assert reserved["month", date(2026, 10, 1)] == cop(800_000).minor
    one_pass(publication_id)
    assert sums() == reserved


@pytest.mark.parametrize(
    ("caps", "why"),
    [
        ({"day": 69_999}, "COP 70,000.00 would be more than the day 2026-10-02 cap of COP 69,999.00"),
        ({"month": 799_999}, "the month 2026-10 cap of COP 799,999.00"),
        ({"campaign": 799_999}, "the campaign cap of COP 799,999.00"),
    ],
)
def test_beyond_a_cap_nothing_is_sent(
    world: Sandbox, posting_id: int, caps: dict[str, int], why: str
) -> None:
    publication_id = published(posting_id)
    set_caps(account(), "luz", **{name: cop(pesos) for name, pesos in caps.items()})
    with pytest.raises(RefusedError, match=why):
        one_pass(publication_id)
    assert writes(world) == []
    with database.transaction() as session:
        assert session.get_one(Publication, publication_id).state == "failed"
    set_caps(account(), "luz", day=cop(70_000), month=cop(800_000), campaign=cop(800_000))
    assert one_pass(publication_id).state == "active"


def test_a_plan_beyond_the_campaign_cap_is_not_even_made(world: Sandbox, posting_id: int) -> None:
    planned(posting_id)
    set_caps(account(), "luz", campaign=cop(799_999))
    with pytest.raises(RefusedError, match="more than the campaign cap"):
        planned(posting_id)


def test_without_caps_nothing_is_published(world: Sandbox, posting_id: int) -> None:
    publication_id = published(posting_id)
    with database.connection() as connected:
        connected.execute(text("DELETE FROM adflux.spending_cap"))
    with pytest.raises(RefusedError, match="has no spending caps"):
        one_pass(publication_id)
    assert writes(world) == []


def test_many_at_once_never_reserve_more_than_the_cap(world: Sandbox, posting_id: int) -> None:
    plan = draft_plan(
        more_postings(12),
        [PlatformName.META],
        budget=cop(800_000),
        days=20,
        author="ana",
        start=date(2026, 10, 2),
    )
    approve_plan(plan.plan_id, "luz")
    ordered = order_publication(plan.plan_id, "test")
    set_caps(account(), "luz", day=cop(5 * 70_000))

    def attempt(publication_id: int) -> str:
        try:
            return one_pass(publication_id).state
        except RefusedError:
            return "refused"

    with ThreadPoolExecutor(8) as pool:
        ended = list(pool.map(attempt, ordered))
    assert sorted(ended) == ["active"] * 5 + ["refused"] * 7
    assert sums()["day", date(2026, 10, 2)] == 5 * WORST_DAY
    assert writes(world).count("campaigns") == 5


def test_the_database_itself_keeps_to_the_cap(world: Sandbox, posting_id: int) -> None:
    one_pass(published(posting_id))
    with pytest.raises(DatabaseRefusedError, match="within_cap"), database.connection() as connected:
        connected.execute(text("UPDATE adflux.spending SET reserved_minor = cap_minor + 1"))


def test_closing_gives_back_the_days_to_come(world: Sandbox, posting_id: int) -> None:
    publication_id = published(posting_id)
    one_pass(publication_id)
    desire(publication_id, DesiredState.CLOSED, "ana")
    second_day = datetime(2026, 10, 3, 17, tzinfo=UTC)
    assert one_pass(publication_id, later=second_day - datetime.now(UTC)).state == "closed"
    reserved = {key: minor for key, minor in sums().items() if minor}
    assert reserved == {
        ("day", date(2026, 10, 2)): WORST_DAY,
        ("day", date(2026, 10, 3)): WORST_DAY,
        ("month", date(2026, 10, 1)): 2 * WORST_DAY,
    }
    with database.transaction() as session:
        assert len(session.scalars(select(Reservation)).all()) == 3


def test_caps_are_set_in_the_accounts_currency_and_on_record(world: Sandbox, database_url: str) -> None:
    for bad in ({"day": Money.of("USD", 5)}, {"month": Money.of("COP", 0)}):
        with pytest.raises(InputError):
            set_caps(account(), "luz", **bad)
    set_caps(account(), "luz", day=cop(5_000))
    with database.transaction() as session:
        (row,) = session.scalars(select(SpendingCap))
        assert (row.day_minor, row.set_by) == (500_000, "luz")
        assert session.execute(text("SELECT actor, detail ->> 'day' FROM adflux.audit")).all() == [
            ("luz", "COP 5,000.00")
        ]


def test_a_large_plan_is_approved_by_another_person(world: Sandbox, posting_id: int) -> None:
    plan_id = planned(posting_id)
    set_caps(account(), "luz", second_person_above=cop(799_999))
    for alone in ("ana", " ANA "):
        with pytest.raises(RefusedError, match="somebody other than its author"):
            approve_plan(plan_id, alone)
    approve_plan(plan_id, "luz")
    assert order_publication(plan_id, "test")


def test_a_small_plan_may_be_approved_by_its_author(world: Sandbox, posting_id: int) -> None:
    plan_id = planned(posting_id)
    set_caps(account(), "luz", second_person_above=cop(800_000))
    assert approve_plan(plan_id, "ana")
