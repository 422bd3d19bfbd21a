"""What every platform is asked in the same words: plan, order, converge, look."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from platform_world import TODAY, PlatformWorld, Shown
from sqlalchemy import select

from adflux_core import database
from adflux_core.accounts import SharedGovernor
from adflux_core.advertising import AdPlatform, CampaignPlan, PlatformName, Step
from adflux_core.campaigns.approval import approve_plan, tokens_for
from adflux_core.campaigns.drafting import draft_plan
from adflux_core.money import Money
from adflux_core.platforms import open_platform
from adflux_core.publication.converge import Outcome, converge
from adflux_core.publication.orders import order_publication
from adflux_core.schema.publication import PlanItem

QUIESCENCE = timedelta(minutes=15)
BUDGET = Money.parse("COP 800000")
DAYS = 20
FIRST_DAY = TODAY + timedelta(days=1)


def opened(name: PlatformName, later: timedelta = timedelta(), account_id: str | None = None) -> AdPlatform:
    """The platform as if `later` had passed for its governor, too."""
    governor = SharedGovernor(name, now=lambda: time.time() + later.total_seconds())
    return open_platform(name, governor, account_id)


def planned(
    here: PlatformWorld, posting: int, budget: Money = BUDGET
) -> tuple[CampaignPlan, tuple[Step, ...]]:
    """A plan that is not ordered, and its steps."""
    plan_id = draft_plan(
        [posting], [here.name], budget=budget, days=DAYS, author="ana", start=FIRST_DAY
    ).plan_id
    platform = opened(here.name)
    with database.transaction() as session:
        item = session.scalars(select(PlanItem).where(PlanItem.plan_id == plan_id)).one()
        plan = CampaignPlan.model_validate_json(item.spec)
        tokens = tokens_for(session, plan_id, plan, platform.nodes)
    return plan, tuple(platform.compile(plan, tokens))


def ordered(here: PlatformWorld, posting: int) -> int:
    """An approved publication."""
    plan = draft_plan([posting], [here.name], budget=BUDGET, days=DAYS, author="ana", start=FIRST_DAY)
    approve_plan(plan.plan_id, "luz")
    (publication_id,) = order_publication(plan.plan_id, "test")
    return publication_id


def one_pass(publication_id: int, later: timedelta = timedelta()) -> Outcome:
    return converge(
        publication_id,
        lambda name, account_id: opened(name, later, account_id),
        quiescence=QUIESCENCE,
        now=lambda: datetime.now(UTC) + later,
    )


def live(here: PlatformWorld, posting: int) -> Outcome:
    outcome = one_pass(ordered(here, posting))
    assert (outcome.state, outcome.detail) == ("active", "")
    return outcome


def running(here: PlatformWorld) -> list[Shown]:
    """What delivers, once the schedule has begun and the review of what is new is over."""
    here.advance(2)
    return [one for one in here.campaigns() if one.delivers]
