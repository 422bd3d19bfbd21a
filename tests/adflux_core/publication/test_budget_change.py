"""Another budget for a campaign that runs: approved, sent, read back, and only then all that is reserved."""

from __future__ import annotations

from datetime import date

import pytest
from meta_publications import QUIESCENCE, objects, one_pass, published
from sqlalchemy import select, text

from adflux_core import database
from adflux_core.accounts import open_platform
from adflux_core.advertising import DesiredState, PlatformName
from adflux_core.campaigns.answer import PlanAnswer
from adflux_core.campaigns.approval import approve_plan
from adflux_core.campaigns.caps import set_caps
from adflux_core.campaigns.changing import draft_budget_change
from adflux_core.campaigns.drafting import draft_plan
from adflux_core.errors import InputError, RefusedError, ValidationError
from adflux_core.money import Money
from adflux_core.publication.orders import desire, order_publication
from adflux_core.schema.publication import Publication
from adflux_core.schema.spending import Spending
from sandbox.server import Sandbox


def change(publication_id: int, pesos: int) -> PlanAnswer:
    return draft_budget_change(publication_id, Money.of("COP", pesos), "ana")


def ordered(publication_id: int, pesos: int) -> None:
    plan_id = change(publication_id, pesos).plan_id
    approve_plan(plan_id, "luz")
    assert order_publication(plan_id, "test") == [publication_id]


def on_the_platform(world: Sandbox) -> int:
    (ad_set,) = objects(world, "adset")
    return int(ad_set["values"]["lifetime_budget"])


def reserved() -> int:
    with database.transaction() as session:
        return session.scalars(
            select(Spending.reserved_minor).where(
                Spending.period == "month", Spending.starts_on == date(2026, 10, 1)
            )
        ).one()


def test_a_budget_goes_up_and_down_once_it_is_approved(world: Sandbox, posting_id: int) -> None:
    publication_id = published(posting_id)
    one_pass(publication_id)
    (campaign,) = change(publication_id, 900_000).campaigns
    assert campaign.differs == ["budget: COP 800,000.00 → COP 900,000.00"]
    assert campaign.runs_already == f"publication {publication_id} is active"
    for pesos in (900_000, 600_000):
        ordered(publication_id, pesos)
        assert one_pass(publication_id).state == "active"
        assert on_the_platform(world) == pesos
        assert reserved() == pesos * 100
        assert one_pass(publication_id).state == "active"
    assert len(objects(world, "campaign")) == 1


def test_without_its_own_approval_nothing_changes(world: Sandbox, posting_id: int) -> None:
    publication_id = published(posting_id)
    one_pass(publication_id)
    plan_id = change(publication_id, 900_000).plan_id
    with pytest.raises(RefusedError, match="not approved"):
        order_publication(plan_id, "test")
    assert one_pass(publication_id).state == "active"
    assert on_the_platform(world) == 800_000


@pytest.mark.parametrize("fault", ["drop_before_commit", "drop_after_commit", "html_502"])
def test_a_lost_answer_is_sent_again_and_comes_to_the_same(
    world: Sandbox, posting_id: int, fault: str
) -> None:
    publication_id = published(posting_id)
    outcome = one_pass(publication_id)
    ordered(publication_id, 600_000)
    world.control(
        "POST",
        "faults",
        {"method": "POST", "path": f"{outcome.external_ids['ad_group']}$", "times": 1, "kind": fault},
    )
    assert one_pass(publication_id).state == "doubtful"
    assert reserved() == 80_000_000  # the old budget may still be the one that runs
    assert one_pass(publication_id, later=QUIESCENCE * 2).state == "active"
    assert (on_the_platform(world), reserved()) == (600_000, 60_000_000)


def test_more_than_the_caps_is_refused_and_the_old_budget_stays(world: Sandbox, posting_id: int) -> None:
    publication_id = published(posting_id)
    one_pass(publication_id)
    ordered(publication_id, 900_000)
    account = open_platform(PlatformName.META).account()
    set_caps(account, "luz", month=Money.of("COP", 899_999))
    with pytest.raises(RefusedError, match="month 2026-10 cap"):
        one_pass(publication_id)
    assert (on_the_platform(world), reserved()) == (800_000, 80_000_000)
    set_caps(account, "luz", campaign=Money.of("COP", 900_000))
    with pytest.raises(RefusedError, match="campaign cap"):
        change(publication_id, 900_001)


def test_what_the_platform_refuses_is_said(world: Sandbox, posting_id: int) -> None:
    publication_id = published(posting_id)
    one_pass(publication_id)
    world.control("POST", "clock", {"advance_days": 12})  # most of it is spent
    ordered(publication_id, 60_000)
    with pytest.raises(ValidationError):
        one_pass(publication_id)
    with database.transaction() as session:
        publication = session.get_one(Publication, publication_id)
        assert (publication.state, publication.changing) == ("failed", True)
    assert on_the_platform(world) == 800_000


def test_a_change_waits_while_the_campaign_is_paused(world: Sandbox, posting_id: int) -> None:
    publication_id = published(posting_id)
    one_pass(publication_id)
    desire(publication_id, DesiredState.PAUSED, "ana")
    ordered(publication_id, 900_000)
    assert one_pass(publication_id).state == "paused"
    assert on_the_platform(world) == 800_000
    desire(publication_id, DesiredState.ACTIVE, "ana")
    assert one_pass(publication_id).state == "active"
    assert on_the_platform(world) == 900_000


def test_a_change_before_the_first_create_is_what_is_created(world: Sandbox, posting_id: int) -> None:
    publication_id = published(posting_id)
    ordered(publication_id, 900_000)
    assert one_pass(publication_id).state == "active"
    assert (on_the_platform(world), reserved()) == (900_000, 90_000_000)


def test_what_cannot_be_changed_is_refused(world: Sandbox, posting_id: int) -> None:
    publication_id = published(posting_id)
    one_pass(publication_id)
    with pytest.raises(InputError, match="does not exist"):
        change(99, 1)
    with pytest.raises(RefusedError, match="already"):
        change(publication_id, 800_000)
    with pytest.raises(RefusedError, match="below the account's minimum"):
        change(publication_id, 1)
    with pytest.raises(RefusedError, match="the budget is in USD"):
        draft_budget_change(publication_id, Money.of("USD", 900), "ana")
    plan_id = change(publication_id, 900_000).plan_id
    desire(publication_id, DesiredState.CLOSED, "ana")
    approve_plan(plan_id, "luz")
    with pytest.raises(RefusedError, match="closed for good"):
        order_publication(plan_id, "test")
    with pytest.raises(RefusedError, match="closed for good"):
        change(publication_id, 700_000)


def test_a_change_of_budget_changes_nothing_else(world: Sandbox, posting_id: int) -> None:
    publication_id = published(posting_id)
    shorter = draft_plan(
        [posting_id],
        [PlatformName.META],
        budget=Money.of("COP", 800_000),
        days=10,
        author="ana",
        start=date(2026, 10, 2),
    )
    (campaign,) = shorter.campaigns
    assert campaign.differs == ["ends_at: 2026-10-22T00:00:00-05:00 → 2026-10-12T00:00:00-05:00"]
    approve_plan(shorter.plan_id, "luz")
    with database.connection() as connected:
        connected.execute(text("ALTER TABLE adflux.plan DISABLE TRIGGER append_only"))
        connected.execute(
            text("UPDATE adflux.plan SET changes_publication_id = :id WHERE id = :plan"),
            {"id": publication_id, "plan": shorter.plan_id},
        )
    with pytest.raises(RefusedError, match="more than a budget"):
        order_publication(shorter.plan_id, "test")
