"""A plan as the toy's objects: campaign → ad group → ad, all PAUSED. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from adflux_core.advertising import CampaignPlan, Node, Step
from adflux_core.errors import ValidationError

NODES = (("campaign", 0), ("ad_group", 0), ("ad", 0))
LONGEST_NAME = 300
TEXTS = {"headline": 60, "primary_text": 500, "description": 90}


def compile_plan(plan: CampaignPlan, tokens: Mapping[tuple[str, int], str]) -> tuple[Step, ...]:
    """One node a step. Raises ValidationError on what the toy would refuse."""
    texts = {part: getattr(plan.creative, part) for part in TEXTS}
    for part, limit in TEXTS.items():
        if len(texts[part]) > limit:
            raise ValidationError(f"the ad's {part} is longer than {limit} characters", platform="toy")

    def step(kind: str, content: dict[str, Any], **parents: str) -> Step:
        token = tokens[kind, 0]
        name = f"{plan.name[: LONGEST_NAME - len(token) - 1]} {token}"
        payload = {"name": name, "status": "PAUSED", **content}
        budget = {key: content[key] for key in ("budget",) if key in content}
        return Step((Node(kind, 0, token, payload, content, parents, delivers=True, budget=budget),))

    return (
        step("campaign", _campaign(plan)),
        step("ad_group", {}, campaign_id="campaign"),
        step("ad", {**texts, "link": plan.creative.link}, ad_group_id="ad_group"),
    )


def _campaign(plan: CampaignPlan) -> dict[str, str]:
    return {
        # Decimal text in the account's currency, for the whole life; the toy never sees a float.
        "budget": str(plan.budget.amount),
        "starts_at": instant(plan.starts_at),
        "ends_at": instant(plan.ends_at),
        "targeting": json.dumps({"countries": sorted(plan.targeting.countries)}),
    }


def instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
