"""A plan's hash, its approval, and the tokens its objects will carry."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from adflux_core import database
from adflux_core.advertising import CampaignPlan
from adflux_core.campaigns.caps import caps_of
from adflux_core.errors import InputError, RefusedError
from adflux_core.money import Money
from adflux_core.schema.publication import Approval, Audit, Installation, Plan, PlanItem, Refusal

LONGEST_REASON = 300
# The author of a plan that a run made which nobody is on record for, such as one from Prefect's own screen.
UNKNOWN_AUTHOR = "unknown"


def approve_plan(plan_id: int, user: str) -> str:
    """Record that `user` approves the plan as it stands; its hash. Raises InputError, RefusedError."""
    with database.transaction() as session:
        plan = _undecided_by_others(session, plan_id)
        refusal = session.get(Refusal, plan_id)
        if refusal is not None:
            raise RefusedError(f"plan {plan_id} was refused by {refusal.refused_by}: make a new plan")
        _check_second_person(session, plan, [item for item, _ in checked_items(session, plan)], user)
        added = session.execute(
            insert(Approval)
            .values(plan_id=plan_id, spec_hash=plan.spec_hash, approved_by=user)
            .on_conflict_do_nothing(index_elements=["plan_id"])
            .returning(Approval.id)
        ).scalar()
        if added is not None:
            session.add(
                Audit(actor=user, action="approve", detail={"plan": plan_id, "spec_hash": plan.spec_hash})
            )
        return plan.spec_hash


def refuse_plan(plan_id: int, user: str, reason: str) -> None:
    """Record that `user` refuses the plan, for good; a second time changes nothing. Raises InputError, and
    RefusedError on an approved one.
    """
    said = " ".join(reason.split())
    if not said or len(said) > LONGEST_REASON:
        raise InputError(f"say in 1 to {LONGEST_REASON} characters why plan {plan_id} is refused")
    with database.transaction() as session:
        plan = _undecided_by_others(session, plan_id)
        approval = session.scalars(select(Approval).where(Approval.plan_id == plan_id)).one_or_none()
        if approval is not None:
            raise RefusedError(
                f"plan {plan_id} was approved by {approval.approved_by}: pause what came of it"
            )
        if session.get(Refusal, plan_id) is None:
            session.add(Refusal(plan_id=plan_id, refused_by=user, reason=said))
            detail = {"plan": plan_id, "spec_hash": plan.spec_hash, "reason": said}
            session.add(Audit(actor=user, action="refuse", detail=detail))


def _undecided_by_others(session: Session, plan_id: int) -> Plan:
    """The plan, held: whoever decides at the same time waits here, and then finds it decided."""
    plan = session.get(Plan, plan_id, with_for_update=True)
    if plan is None:
        raise InputError(f"plan {plan_id} does not exist: `adflux plan` makes one and says its number")
    return plan


def _check_second_person(session: Session, plan: Plan, items: Sequence[PlanItem], user: str) -> None:
    """Raises RefusedError when the author of a large plan would approve it alone, as anyone may be whose plan
    nobody is on record for.
    """
    author = plan.author.strip().casefold()
    if author not in {user.strip().casefold(), UNKNOWN_AUTHOR}:
        return
    by_account: dict[tuple[str, str], int] = {}
    for item in items:
        account = item.platform, item.account_id
        by_account[account] = by_account.get(account, 0) + item.budget_minor
    for (platform, account_id), minor in by_account.items():
        caps = caps_of(session, platform, account_id)
        if minor > caps.second_person_above_minor:
            total, alone = (
                Money(currency=caps.currency, minor=units)
                for units in (minor, caps.second_person_above_minor)
            )
            if author == UNKNOWN_AUTHOR:
                raise RefusedError(
                    f"plan {plan.id} is for {total}, and nobody is on record as its author: above {alone} "
                    "another person than the author approves, so plan it on the dashboard or by `adflux plan`"
                )
            raise RefusedError(
                f"plan {plan.id} is for {total}, and above {alone} somebody other than its author approves: "
                f"`adflux approve {plan.id} --as NAME`"
            )


def checked_items(session: Session, plan: Plan) -> list[tuple[PlanItem, CampaignPlan]]:
    """A plan's items, whose stored text still has the hash it was written with. Raises RefusedError."""
    items = session.scalars(
        select(PlanItem).where(PlanItem.plan_id == plan.id).order_by(PlanItem.posting_id, PlanItem.platform)
    ).all()
    read = [(item, CampaignPlan.model_validate_json(item.spec)) for item in items]
    hashes = [spec.spec_hash() for _, spec in read]
    if hashes != [item.spec_hash for item in items] or plan_hash(hashes) != plan.spec_hash:
        raise RefusedError(f"plan {plan.id} was edited after it was made: make a new plan")
    return read


def plan_hash(item_hashes: Sequence[str]) -> str:
    """The hash of a plan from its items' hashes, whatever their order."""
    return hashlib.sha256("\n".join(sorted(item_hashes)).encode()).hexdigest()


def tokens_for(
    session: Session, plan_id: int, plan: CampaignPlan, nodes: Sequence[tuple[str, int]]
) -> dict[tuple[str, int], str]:
    """The token of each object: ours by its prefix, and the same however often it is worked out."""
    prefix = token_prefix(session)
    return {
        (kind, ordinal): prefix
        + hashlib.sha256(
            f"{plan_id}/{plan.posting_id}/{plan.platform}/{kind}/{ordinal}".encode()
        ).hexdigest()[:12]
        + "]"
        for kind, ordinal in nodes
    }


def token_prefix(session: Session) -> str:
    """What the names of all objects of this installation carry."""
    return f"[af:{session.scalars(select(Installation.key)).one()}:"
