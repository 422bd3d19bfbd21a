"""What people ask of publications. Writes wishes only; `converge` is what makes them true."""

from __future__ import annotations

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from adflux_core import database
from adflux_core.accounts import open_platform
from adflux_core.advertising import CampaignPlan, DesiredState, PlatformName
from adflux_core.campaigns.approval import checked_items, tokens_for
from adflux_core.errors import InputError, RefusedError
from adflux_core.publication import kill_switch
from adflux_core.schema.publication import Approval, Audit, Plan, PlanItem, PlatformObject, Publication

# The lines of the audit that say whether a publication is to run: the newest of them holds.
WISHES = (
    *("publish", "desire active", "desire paused", "desire closed"),
    *("stop-all", "cap reached", "posting closed", "posting expired"),
)


def order_publication(plan_id: int, actor: str) -> list[int]:
    """The publications of an approved plan, made once however often this is called.

    Raises InputError on an unknown plan, RefusedError when it is not approved, was edited, its posting
    already runs on that platform, or the kill switch is thrown.
    """
    with database.transaction() as session:
        # Two callers at once: the second waits here and then finds the rows of the first.
        plan = session.get(Plan, plan_id)
        if plan is None:
            raise InputError(f"plan {plan_id} does not exist: `adflux plan` makes one and says its number")
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext("adflux.order_publication"))))
        approval = session.scalars(select(Approval).where(Approval.plan_id == plan_id)).one_or_none()
        items = checked_items(session, plan)
        for item, _ in items:
            kill_switch.refuse_if_thrown(session, item.account_id)
        if approval is None or approval.spec_hash != plan.spec_hash:
            raise RefusedError(f"plan {plan_id} is not approved: `adflux approve {plan_id} --as NAME`")
        if plan.changes_publication_id is not None:
            ((item, spec),) = items
            return [_changed(session, plan, approval, item, spec, actor)]
        return [_publication(session, plan, approval, item, spec, actor) for item, spec in items]


def _publication(
    session: Session, plan: Plan, approval: Approval, item: PlanItem, spec: CampaignPlan, actor: str
) -> int:
    others = session.scalars(
        select(Publication).where(
            Publication.posting_id == item.posting_id, Publication.platform == item.platform
        )
    ).all()
    for other in others:
        if other.plan_id == plan.id:
            return other.id
        if other.desired_state != DesiredState.CLOSED:
            raise RefusedError(
                f"posting {item.posting_id} already runs on {item.platform} as publication {other.id}: "
                f"`adflux close {other.id}` first"
            )
    publication = Publication(
        posting_id=item.posting_id,
        platform=item.platform,
        revision=len(others) + 1,
        plan_id=plan.id,
        spec_hash=item.spec_hash,
        approval_id=approval.id,
        desired_state=DesiredState.ACTIVE,
    )
    session.add(publication)
    session.flush()
    nodes = open_platform(PlatformName(item.platform), item.account_id).nodes
    for (kind, ordinal), token in tokens_for(session, plan.id, spec, nodes).items():
        session.add(PlatformObject(publication_id=publication.id, kind=kind, ordinal=ordinal, token=token))
    session.add(Audit(actor=actor, action="publish", publication_id=publication.id, detail={"plan": plan.id}))
    return publication.id


def _changed(
    session: Session, plan: Plan, approval: Approval, item: PlanItem, spec: CampaignPlan, actor: str
) -> int:
    publication = session.get_one(Publication, plan.changes_publication_id, with_for_update=True)
    if publication.plan_id == plan.id:
        return publication.id
    if publication.desired_state == DesiredState.CLOSED:
        raise RefusedError(f"publication {publication.id} is closed for good: plan a new campaign")
    running = session.get_one(PlanItem, (publication.plan_id, item.posting_id, item.platform))
    was = CampaignPlan.model_validate_json(running.spec)
    if spec != was.model_copy(update={"budget": spec.budget}):
        raise RefusedError(
            f"plan {plan.id} changes more than a budget: close the campaign and plan a new one"
        )
    publication.plan_id, publication.spec_hash = plan.id, item.spec_hash
    publication.approval_id, publication.changing = approval.id, True
    detail = {"plan": plan.id, "was": str(was.budget), "becomes": str(spec.budget)}
    session.add(Audit(actor=actor, action="change budget", publication_id=publication.id, detail=detail))
    return publication.id


def desire(publication_id: int, state: DesiredState, actor: str, seen: int | None = None) -> Audit:
    """Record what is wanted from now on; the line of the audit that says so.

    `seen`: the newest of WISHES that was known when the person decided. If another has come since, nothing
    is recorded and that one is the answer: of two people, and of two clicks, the first counts.
    Raises InputError on an unknown publication; RefusedError on a closed one, for closing is for good, and
    when it would run against the kill switch.
    """
    with database.transaction() as session:
        publication = session.get(Publication, publication_id, with_for_update=True)
        if publication is None:
            raise InputError(f"publication {publication_id} does not exist: see `adflux list publications`")
        newest = None if seen is None else _newest_wish(session, publication_id)
        if newest is not None and newest.id != seen:
            return newest
        if publication.desired_state == DesiredState.CLOSED and state != DesiredState.CLOSED:
            raise RefusedError(f"publication {publication_id} is closed for good: plan a new campaign")
        publication.desired_state = state
        if state is DesiredState.ACTIVE:
            key = (publication.plan_id, publication.posting_id, publication.platform)
            kill_switch.refuse_if_thrown(session, session.get_one(PlanItem, key).account_id)
            # Resuming takes back whatever was noticed on the platform: it is asked for again, from the start.
            for node in session.scalars(
                select(PlatformObject).where(
                    PlatformObject.publication_id == publication_id, PlatformObject.state == "ACTIVE"
                )
            ):
                node.state = "VERIFIED"
        wish = Audit(actor=actor, action=f"desire {state}", publication_id=publication_id)
        session.add(wish)
        session.flush()
        session.refresh(wish)
        return wish


def _newest_wish(session: Session, publication_id: int) -> Audit | None:
    wishes = select(Audit).where(Audit.publication_id == publication_id, Audit.action.in_(WISHES))
    return session.scalars(wishes.order_by(Audit.id.desc()).limit(1)).first()


def stop_all(actor: str, account_id: str | None = None) -> list[int]:
    """Throw the kill switch and want everything paused, of one ad account or of all; the ids of those not
    closed.
    """
    with database.transaction() as session:
        kill_switch.throw(session, actor, account_id)
        return _desire_many(
            session,
            """
            UPDATE adflux.publication SET desired_state = 'paused'
            FROM adflux.plan_item AS item
            WHERE (item.plan_id, item.posting_id, item.platform)
                = (publication.plan_id, publication.posting_id, publication.platform)
              AND desired_state <> 'closed'
              AND (CAST(:account AS text) IS NULL OR item.account_id = :account)
            RETURNING publication.id, 'stop-all'
            """,
            actor,
            account=account_id,
        )


def close_what_lost_its_posting(actor: str) -> list[int]:
    """Want every publication closed whose posting closed or expired; the ids of those that change.

    A posting expires at the end of its day in the ad account's calendar.
    """
    with database.transaction() as session:
        return _desire_many(
            session,
            """
            UPDATE adflux.publication SET desired_state = 'closed'
            FROM adflux.posting, adflux.plan_item AS item, adflux.ad_account AS account
            WHERE posting.id = publication.posting_id AND desired_state <> 'closed'
              AND (item.plan_id, item.posting_id, item.platform)
                = (publication.plan_id, publication.posting_id, publication.platform)
              AND (account.platform, account.external_id)
                = (item.platform, item.account_id)
              AND (posting.status = 'closed'
                   OR posting.expires_on < (now() AT TIME ZONE account.time_zone)::date)
            RETURNING publication.id,
                CASE WHEN posting.status = 'closed' THEN 'posting closed' ELSE 'posting expired' END
            """,
            actor,
        )


def _desire_many(session: Session, sql: str, actor: str, **values: object) -> list[int]:
    changed = session.execute(text(sql), values).all()
    for publication_id, why in changed:
        session.add(Audit(actor=actor, action=why, publication_id=publication_id))
    return sorted(publication_id for publication_id, _ in changed)
