"""A plan is drafted: the accounts are read, the platforms asked beforehand, and one commit keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from prefect.context import FlowRunContext

from adflux_core import access, reports
from adflux_core.advertising import PlatformName
from adflux_core.campaigns.approval import UNKNOWN_AUTHOR
from adflux_core.campaigns.drafting import draft_plan
from adflux_core.money import Money
from adflux_core.platforms import configured, configured_accounts
from tasks.kinds import external_call, run_id, transaction
from tasks.showing import show_table


@external_call("draft plan")
def draft_plan_once(
    postings: Sequence[int],
    platform: PlatformName | None,
    accounts: Sequence[str],
    *,
    budget: str,
    days: int,
    start: date | None,
    segment: int | None,
) -> int:
    """The plan of this flow run: the one it made before, where it is taken up again."""
    run = UUID(run_id())
    made = reports.plan_of_run(run)
    if made is not None:
        return made.id
    return draft_plan(
        postings,
        [platform] if platform else _platforms_of(accounts),
        budget=Money.parse(budget),
        days=days,
        author=_who_asked(),
        start=start,
        segment=segment,
        accounts=accounts,
        run_id=run,
    ).plan_id


@transaction("show plan")
def show_plan(plan_id: int) -> None:
    show_table(
        "plan",
        f"What plan {plan_id} would publish once somebody approves it",
        [
            {
                "posting_id": item.plan.posting_id,
                "platform": item.plan.platform.value,
                "account_id": item.plan.account_id,
                "currency": item.plan.budget.currency,
                "worst_case": str(item.most),
                "worst_day": str(item.most_in_a_day),
                "findings": "; ".join(item.findings),
            }
            for item in reports.planned_items(plan_id)
        ],
    )


def _platforms_of(accounts: Sequence[str]) -> list[PlatformName]:
    named = [one.platform for one in configured_accounts() if one.account_id in accounts]
    return named or configured()


def _who_asked() -> str:
    """Who pressed the button. Not a parameter, in which anybody could write another's name."""
    context = FlowRunContext.get()
    key = context.flow_run.idempotency_key if context and context.flow_run else None
    return (access.who_started("plan-campaign", key) if key else None) or UNKNOWN_AUTHOR
