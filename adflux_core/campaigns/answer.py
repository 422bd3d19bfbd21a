"""A plan as a person sees it before saying yes: payloads, worst case, findings."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.orm import Session

from adflux_core.advertising import AdPlatform, CampaignPlan, PlatformName
from adflux_core.campaigns.approval import tokens_for
from adflux_core.creative.template import DESCRIPTION_WIDTH, HEADLINE_WIDTH
from adflux_core.money import Money
from adflux_core.schema.publication import Publication

PRIMARY_TEXT_WIDTH = 125  # Meta folds the rest behind "see more"
DAILY_OVERRUN = Decimal("1.75")  # Meta may spend so much more than the average on one day


class PlannedCampaign(BaseModel):
    """One campaign of a plan, as a person approves it."""

    model_config = ConfigDict(frozen=True)

    posting_id: int
    title: str
    platform: PlatformName
    account_id: str
    budget: Money
    starts_at: datetime
    ends_at: datetime
    worst_case: Money  # over the whole life: the platform stops at a lifetime budget
    worst_day: Money
    payloads: list[dict[str, Any]]
    findings: list[str]
    runs_already: str  # what a live publication of the same posting does now; empty if none


class PlanAnswer(BaseModel):
    """A stored plan."""

    model_config = ConfigDict(frozen=True)

    plan_id: int
    spec_hash: str
    author: str
    worst_case: Money
    campaigns: list[PlannedCampaign]


def shown(session: Session, plan_id: int, adapter: AdPlatform, draft: CampaignPlan) -> PlannedCampaign:
    """One drafted campaign with its exact payloads. Raises ValidationError on what the platform forbids."""
    steps = adapter.compile(draft, tokens_for(session, plan_id, draft, adapter.nodes))
    days = (draft.ends_at - draft.starts_at) / timedelta(days=1)
    live = session.scalars(
        select(Publication).where(
            Publication.posting_id == draft.posting_id,
            Publication.platform == draft.platform,
            Publication.desired_state != "closed",
        )
    ).first()
    return PlannedCampaign(
        posting_id=draft.posting_id,
        title=draft.name,
        platform=draft.platform,
        account_id=draft.account_id,
        budget=draft.budget,
        starts_at=draft.starts_at,
        ends_at=draft.ends_at,
        worst_case=draft.budget,
        worst_day=Money(
            currency=draft.budget.currency,
            minor=min(draft.budget.minor, round(Decimal(draft.budget.minor) / Decimal(days) * DAILY_OVERRUN)),
        ),
        payloads=[
            {"kind": node.kind, **_without_image(node.payload)} for step in steps for node in step.nodes
        ],
        findings=_findings(draft),
        runs_already=f"publication {live.id} is {live.state}" if live else "",
    )


def _without_image(payload: Any) -> dict[str, Any]:
    return {
        key: f"{len(value)} base64 characters, sha256 {hashlib.sha256(value.encode()).hexdigest()}"
        if key == "bytes"
        else value
        for key, value in payload.items()
    }


def _findings(draft: CampaignPlan) -> list[str]:
    soft = (
        ("headline", HEADLINE_WIDTH),
        ("primary_text", PRIMARY_TEXT_WIDTH),
        ("description", DESCRIPTION_WIDTH),
    )
    return [
        f"{part} has {len(getattr(draft.creative, part))} characters; {draft.platform} shows about {width}"
        for part, width in soft
        if len(getattr(draft.creative, part)) > width
    ]
