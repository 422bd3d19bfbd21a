"""A plan as a person sees it before saying yes: payloads, worst case, findings."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.orm import Session

from adflux_core.advertising import AdPlatform, CampaignPlan, PlatformName
from adflux_core.campaigns.aiming import Aim
from adflux_core.campaigns.approval import tokens_for
from adflux_core.campaigns.links import without_click_id
from adflux_core.creative.rules import check
from adflux_core.creative.template import DESCRIPTION_WIDTH, HEADLINE_WIDTH
from adflux_core.money import Money
from adflux_core.schema.publication import PlanItem, Publication

PRIMARY_TEXT_WIDTH = 125  # Meta folds the rest behind "see more"
# In the language of the ad, as the rules say what they find.
TOO_LONG = {
    "es": {
        "headline": "el título tiene {characters} caracteres; {platform} muestra unos {width}",
        "primary_text": "el texto tiene {characters} caracteres; {platform} muestra unos {width}",
        "description": "la descripción tiene {characters} caracteres; {platform} muestra unos {width}",
    },
    "en": {
        "headline": "the headline has {characters} characters; {platform} shows about {width}",
        "primary_text": "the text has {characters} characters; {platform} shows about {width}",
        "description": "the description has {characters} characters; {platform} shows about {width}",
    },
}


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
    differs: list[str]  # what this plan would change of it
    by_segment: list[str] = []  # what of it is so because the plan speaks to a segment


class PlanAnswer(BaseModel):
    """A stored plan."""

    model_config = ConfigDict(frozen=True)

    plan_id: int
    spec_hash: str
    author: str
    worst_case: Money
    campaigns: list[PlannedCampaign]
    segment: Aim | None = None


def shown(session: Session, item: PlanItem, adapter: AdPlatform, draft: CampaignPlan) -> PlannedCampaign:
    """One drafted campaign with its exact payloads. Raises ValidationError on what the platform forbids."""
    steps = adapter.compile(draft, tokens_for(session, item.plan_id, draft, adapter.nodes))
    live = session.execute(
        select(Publication, PlanItem.spec)
        .join(
            PlanItem,
            (PlanItem.plan_id == Publication.plan_id)
            & (PlanItem.posting_id == Publication.posting_id)
            & (PlanItem.platform == Publication.platform),
        )
        .where(
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
        worst_day=Money(currency=draft.budget.currency, minor=item.worst_day_minor),
        payloads=[
            {"kind": node.kind, **_without_image(node.payload)} for step in steps for node in step.nodes
        ],
        findings=item.findings,
        runs_already=f"publication {live[0].id} is {live[0].state}" if live else "",
        differs=differences(CampaignPlan.model_validate_json(live[1]), draft) if live else [],
    )


def by_segment(
    answer: PlanAnswer, aim: Aim, general: Sequence[CampaignPlan], drafts: Sequence[CampaignPlan]
) -> PlanAnswer:
    """The answer with the segment, and for each campaign what it would be without it."""

    def with_link_of(draft: CampaignPlan, other: CampaignPlan) -> CampaignPlan:
        link = {"link": other.creative.link}
        return draft.model_copy(update={"creative": draft.creative.model_copy(update=link)})

    campaigns = [
        campaign.model_copy(update={"by_segment": differences(with_link_of(without, draft), draft)})
        for campaign, without, draft in zip(answer.campaigns, general, drafts, strict=True)
    ]
    return answer.model_copy(update={"segment": aim, "campaigns": campaigns})


def objections(drafts: Sequence[tuple[AdPlatform, CampaignPlan]]) -> list[list[str]]:
    """What the rules and each platform say against each draft beforehand. Raises what the platform raises."""
    said: dict[str, str] = {}
    objected = []
    for adapter, draft in drafts:
        found = findings_of(draft)
        for step in adapter.compile(draft, dict.fromkeys(adapter.nodes, "[validate]")):
            # Campaigns that differ only in name are asked about once: each question counts as a write.
            key = repr([{**node.payload, "name": "", "kind": node.kind} for node in step.nodes])
            if key not in said:
                said[key] = adapter.validate(step)
            found += [said[key]] if said[key] else []
        objected.append(found)
    return objected


def differences(running: CampaignPlan, draft: CampaignPlan) -> list[str]:
    """What a new plan would change of the one that runs, a line a field."""
    was, becomes = (
        _flat(plan.model_dump(mode="json", exclude={"creative": {"image"}})) for plan in (running, draft)
    )
    lines = [
        f"{name}: {was.get(name)} → {becomes.get(name)}"
        for name in was | becomes
        if without_click_id(str(was.get(name))) != without_click_id(str(becomes.get(name)))
        and not name.startswith("budget.")
    ]
    if running.budget != draft.budget:
        lines.insert(0, f"budget: {running.budget} → {draft.budget}")
    if running.creative.image != draft.creative.image:
        lines.append("creative.image: another picture")
    return lines


def _flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in values.items():
        flat |= _flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {f"{prefix}{name}": value}
    return flat


def _without_image(payload: Any) -> dict[str, Any]:
    return {
        key: f"{len(value)} base64 characters, sha256 {hashlib.sha256(value.encode()).hexdigest()}"
        if key == "bytes"
        else value
        for key, value in payload.items()
    }


def findings_of(draft: CampaignPlan) -> list[str]:
    """What is too long to be shown whole, and what may not be said."""
    creative = draft.creative
    platform = draft.platform.value.replace("_", " ").title()
    long = [
        too_long.format(characters=len(written), platform=platform, width=width)
        for written, width, too_long in (
            (creative.headline, HEADLINE_WIDTH, TOO_LONG[creative.language]["headline"]),
            (creative.primary_text, PRIMARY_TEXT_WIDTH, TOO_LONG[creative.language]["primary_text"]),
            (creative.description, DESCRIPTION_WIDTH, TOO_LONG[creative.language]["description"]),
        )
        if len(written) > width
    ]
    texts = (creative.headline, creative.primary_text, creative.description)
    unlawful = [
        f"{finding} ({finding.source})"
        for text in dict.fromkeys((*texts, *creative.headlines, *creative.descriptions))
        for finding in check(text, creative.language, own=(creative.link,))
    ]
    return long + list(dict.fromkeys(unlawful))
