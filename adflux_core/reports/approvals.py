"""Approvals: plans that wait for somebody's yes or no, and what they would cost and change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from adflux_core.advertising import CampaignPlan
from adflux_core.campaigns.answer import differences
from adflux_core.errors import InputError
from adflux_core.money import Money
from adflux_core.reports.asking import ask


@dataclass(frozen=True)
class PlanRow:
    """A plan, the most it may cost, and who decided on it."""

    id: int
    author: str
    created_at: datetime
    campaigns: int
    published: int  # of its campaigns, those that were ordered
    titles: str
    changes_publication_id: int | None
    currency: str
    most: Decimal
    most_in_a_day: Decimal
    decision: str | None  # approved or refused; None: it waits
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None


@dataclass(frozen=True)
class PlannedItem:
    """One campaign of a plan, and what it would change of the one that runs for the same posting."""

    title: str
    plan: CampaignPlan
    most: Decimal
    most_in_a_day: Decimal
    findings: list[str]  # what the platform and the rules said against it
    runs_already: int | None
    differs: list[str]


PLANS = """
    SELECT plan.id, author, plan.created_at, changes_publication_id, items.*,
           (SELECT count(*) FROM adflux.publication WHERE plan_id = plan.id) AS published,
           CASE WHEN approved_by IS NOT NULL THEN 'approved' WHEN refused_by IS NOT NULL THEN 'refused' END
               AS decision,
           coalesce(approved_by, refused_by) AS decided_by, coalesce(approved_at, refused_at) AS decided_at,
           reason
    FROM adflux.plan
    JOIN LATERAL (
        SELECT count(*) AS campaigns, string_agg(DISTINCT title, ', ') AS titles, item.currency,
               sum(budget_minor) AS most_minor, sum(worst_day_minor) AS day_minor
        FROM adflux.plan_item AS item
        JOIN adflux.posting ON posting.id = item.posting_id
        WHERE item.plan_id = plan.id GROUP BY item.currency
    ) AS items ON true
    LEFT JOIN adflux.approval ON approval.plan_id = plan.id
    LEFT JOIN adflux.refusal ON refusal.plan_id = plan.id
"""


def plans_waiting() -> list[PlanRow]:
    """Those nobody has decided on; the oldest first. A plan in two currencies has a row for either."""
    return ask(_row, f"{PLANS} WHERE approved_by IS NULL AND refused_by IS NULL ORDER BY plan.id")


def plans_decided(limit: int = 20) -> list[PlanRow]:
    """The newest that somebody approved or refused."""
    return ask(
        _row,
        f"{PLANS} WHERE coalesce(approved_at, refused_at) IS NOT NULL ORDER BY decided_at DESC LIMIT :limit",
        limit=limit,
    )


def plan_decision(plan_id: int) -> PlanRow:
    """Raises InputError on an unknown plan."""
    found = ask(_row, f"{PLANS} WHERE plan.id = :id", id=plan_id)
    if not found:
        raise InputError(f"plan {plan_id} does not exist: `adflux plan` makes one and says its number")
    return found[0]


def plan_of_run(run_id: UUID) -> PlanRow | None:
    """The plan that this flow run made; None: it made none."""
    found = ask(_row, f"{PLANS} WHERE run_id = :id", id=run_id)
    return found[0] if found else None


def planned_items(plan_id: int) -> list[PlannedItem]:
    """What the plan would publish, as it is stored."""
    return ask(
        _item,
        """
            SELECT title, item.spec, item.currency, item.budget_minor, item.worst_day_minor, item.findings,
                   living.id AS runs_already, living.spec AS running
            FROM adflux.plan_item AS item
            JOIN adflux.posting ON posting.id = item.posting_id
            LEFT JOIN LATERAL (
                SELECT publication.id, runs.spec FROM adflux.publication
                JOIN adflux.plan_item AS runs USING (plan_id, posting_id, platform)
                WHERE publication.posting_id = item.posting_id AND publication.platform = item.platform
                  AND desired_state <> 'closed' AND publication.plan_id <> item.plan_id
                ORDER BY publication.id DESC LIMIT 1
            ) AS living ON true
            WHERE item.plan_id = :id ORDER BY item.posting_id, item.platform
        """,
        id=plan_id,
    )


def _row(*, currency: str, most_minor: int, day_minor: int, **given: object) -> PlanRow:
    return PlanRow(
        currency=currency,
        most=_amount(currency, most_minor),
        most_in_a_day=_amount(currency, day_minor),
        **given,  # type: ignore[arg-type]
    )


def _item(
    *,
    title: str,
    spec: str,
    currency: str,
    budget_minor: int,
    worst_day_minor: int,
    findings: list[str],
    runs_already: int | None,
    running: str | None,
) -> PlannedItem:
    plan = CampaignPlan.model_validate_json(spec)
    return PlannedItem(
        title=title,
        plan=plan,
        most=_amount(currency, budget_minor),
        most_in_a_day=_amount(currency, worst_day_minor),
        findings=findings,
        runs_already=runs_already,
        differs=differences(CampaignPlan.model_validate_json(running), plan) if running else [],
    )


def _amount(currency: str, minor: int) -> Decimal:
    return Money(currency=currency, minor=int(minor)).amount
