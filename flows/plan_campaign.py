"""A campaign proposed: postings, people and a budget become a plan that waits for somebody's yes."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from prefect import flow
from prefect.runtime import flow_run

from adflux_core.advertising import PlatformName
from adflux_core.campaigns.drafting import LONGEST_DAYS
from tasks import planning
from tasks.forms import asked


def _run_name() -> str:
    wanted = len(flow_run.parameters["postings"])
    return f"plan {wanted} posting{'' if wanted == 1 else 's'}"


@flow(name="plan-campaign", flow_run_name=_run_name)
def plan_campaign(
    postings: Annotated[list[int], asked("Postings", "Their ids.", min_length=1)],
    budget: Annotated[
        str,
        asked("Budget", "Of each campaign for its whole life, as COP 800000.", pattern="^[A-Z]{3} [0-9.]+$"),
    ],
    duration_days: Annotated[int, asked("Days", "How many days it runs.", ge=1, le=LONGEST_DAYS)],
    start: Annotated[date | None, asked("First day", "Of the account's calendar; empty: tomorrow.")] = None,
    platform: Annotated[
        PlatformName | None, asked("Platform", "Empty: those of the accounts, or all.")
    ] = None,
    accounts: Annotated[
        list[str] | None, asked("Ad accounts", "At most one of each platform; empty: the only one it has.")
    ] = None,
    segment: Annotated[int | None, asked("Segment", "Whom it speaks to; empty: everybody.", ge=1)] = None,
) -> int:
    """Plan a campaign for each posting; the plan's number. Nothing is published before somebody approves."""
    number = planning.draft_plan_once(
        postings, platform, accounts or [], budget=budget, days=duration_days, start=start, segment=segment
    )
    planning.show_plan(number)
    return number
