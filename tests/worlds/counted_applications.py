"""Campaigns with links, made without a platform; and whether the counts are those of the applications."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import text

from adflux_core import database
from adflux_core.schema.applications import ApplyLink
from adflux_core.schema.postings import Posting
from adflux_core.schema.publication import Approval, Plan, PlanItem, Publication

KEY = "click_id, publication_id, ordinal, platform, reason, furthest, submitted, late"
OUT_OF_STEP = f"""
    WITH counted AS (
        SELECT CASE WHEN reason IN ('missing', 'foreign') THEN '' ELSE click_id END AS click_id,
               coalesce(publication_id, 0) AS publication_id, coalesce(ordinal, 0) AS ordinal,
               coalesce(platform, '') AS platform, coalesce(reason, '') AS reason, furthest,
               submitted_at IS NOT NULL AS submitted,
               coalesce(days_after_click > adflux.click_days(platform), false) AS late
        FROM adflux.attributed_application
    ), summed AS (
        SELECT {KEY}, count(*) AS applications FROM counted GROUP BY {KEY}
    ), kept AS (
        SELECT {KEY}, applications FROM adflux.application_count
    )
    (TABLE summed EXCEPT TABLE kept) UNION ALL (TABLE kept EXCEPT TABLE summed)
"""  # noqa: S608 - constants of this module


def out_of_step(connected: Any) -> list[Any]:
    """The counts that are not those of the rows, within one statement's snapshot."""
    return list(connected.execute(text(OUT_OF_STEP)))


def plan(number: int, posting_id: int, clicks: list[str], first: date, last: date) -> None:
    """An approved plan for Meta with a link for each ad."""
    with database.transaction() as session:
        if session.get(Posting, posting_id) is None:
            session.add(
                Posting(id=posting_id, source="s", external_id=str(posting_id), title="t", content_hash=b"x")
            )
        session.add(Plan(id=number, spec_hash="h", author="a"))
        session.flush()
        session.add(
            PlanItem(
                plan_id=number, posting_id=posting_id, platform="meta", spec="{}", spec_hash="h",
                account_id="act_1", currency="COP", budget_minor=1, worst_day_minor=1, first_day=first,
                last_day=last,
            )
        )  # fmt: skip
        session.add(Approval(id=number, plan_id=number, spec_hash="h", approved_by="b"))
        session.flush()
        session.add_all(
            ApplyLink(plan_id=number, posting_id=posting_id, platform="meta", ordinal=place, click_id=click)
            for place, click in enumerate(clicks)
        )


def publication(number: int, plan_id: int, posting_id: int) -> Publication:
    """Of an approved plan, to be added."""
    return Publication(
        id=number, posting_id=posting_id, platform="meta", revision=number, plan_id=plan_id, spec_hash="h",
        approval_id=plan_id, desired_state="active",
    )  # fmt: skip
