"""What the platform says was spent, held against what was approved and capped: at the cap, it stops.

Platforms overrun a day by design, and reservations are made on their word. So each tick reads the spend
itself. The last word is then the wish to pause, which `converge` makes true in the same tick.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from adflux_core import database
from adflux_core.advertising import AdPlatform, DesiredState, MetricsWindow, PlatformName
from adflux_core.campaigns.caps import caps_of
from adflux_core.money import Money
from adflux_core.schema.publication import Audit, PlanItem, PlatformObject, Publication


class _Live(NamedTuple):
    publication_id: int
    campaign_id: str | None  # the platform's
    budget_minor: int
    first_day: date


class Overspent(BaseModel):
    """A limit that was reached (`campaign` is its approved budget), and which publications now pause."""

    model_config = ConfigDict(frozen=True)

    platform: PlatformName
    account_id: str
    limit: str  # campaign, day or month
    most: Money
    spent: Decimal  # major units, as the platform counts
    publications: list[int]


def hold_to_caps(platform: AdPlatform, now: datetime | None = None) -> list[Overspent]:
    """One look at one account. Raises what the platform raises when its spend cannot be read."""
    account = platform.account()
    with database.transaction() as session:
        live = _live(session, platform.name, account.external_id)
    if not live:
        return []
    today = (now or datetime.now(UTC)).astimezone(ZoneInfo(account.time_zone)).date()
    since = min([today.replace(day=1), *(one.first_day for one in live)])
    window = platform.read_metrics(since, max(since, today))
    with database.transaction() as session:
        caps = caps_of(session, platform.name, account.external_id)
        everything = [one.publication_id for one in live]
        of_day = sum((total.spend for total in window.totals if total.date_day == today), Decimal(0))
        of_month = sum(
            (total.spend for total in window.totals if total.date_day >= today.replace(day=1)), Decimal(0)
        )
        reached = [
            ("day", Money(currency=caps.currency, minor=caps.day_minor), of_day, everything),
            ("month", Money(currency=caps.currency, minor=caps.month_minor), of_month, everything),
        ]
        found = [one for one in reached if one[2] >= one[1].amount] + list(_beyond_budget(live, window))
        return [
            Overspent(
                platform=platform.name,
                account_id=account.external_id,
                limit=limit,
                most=most,
                spent=spent,
                publications=_pause(session, ids, f"{limit} cap: {spent:,f} of {most} spent"),
            )
            for limit, most, spent, ids in found
        ]


def _live(session: Session, platform: PlatformName, account_id: str) -> Sequence[_Live]:
    rows = session.execute(
        select(Publication.id, PlatformObject.external_id, PlanItem.budget_minor, PlanItem.first_day)
        .join(
            PlanItem,
            (PlanItem.plan_id == Publication.plan_id)
            & (PlanItem.posting_id == Publication.posting_id)
            & (PlanItem.platform == Publication.platform),
        )
        .join(
            PlatformObject,
            (PlatformObject.publication_id == Publication.id) & (PlatformObject.kind == "campaign"),
        )
        .where(
            Publication.platform == platform,
            PlanItem.account_id == account_id,
            Publication.desired_state == DesiredState.ACTIVE,
        )
        .order_by(Publication.id)
    )
    return [_Live(*row) for row in rows]


def _beyond_budget(
    live: Sequence[_Live], window: MetricsWindow
) -> Iterator[tuple[str, Money, Decimal, list[int]]]:
    """A campaign may spend its whole budget, and not a peso more."""
    spent: dict[str, Decimal] = {}
    for row in window.rows:
        spent[row.campaign_id] = spent.get(row.campaign_id, Decimal(0)) + row.spend
    for one in live:
        budget = Money(currency=window.account.currency, minor=one.budget_minor)
        total = spent.get(one.campaign_id or "", Decimal(0))
        if total > budget.amount:
            yield "campaign", budget, total, [one.publication_id]


def _pause(session: Session, publication_ids: Sequence[int], why: str) -> list[int]:
    paused = session.scalars(
        update(Publication)
        .where(Publication.id.in_(publication_ids), Publication.desired_state == DesiredState.ACTIVE)
        .values(desired_state=DesiredState.PAUSED)
        .returning(Publication.id)
    ).all()
    for publication_id in sorted(paused):
        session.add(
            Audit(actor="pacing", action="cap reached", publication_id=publication_id, detail={"why": why})
        )
    return sorted(paused)
