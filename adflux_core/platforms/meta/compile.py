"""A plan as Meta's objects: campaign → ad set → image → creative → ad, all PAUSED, EMPLOYMENT declared.

Pure: the same plan gives the same payloads to the byte. Sources: Meta, Marketing API reference of each
object; Special Ad Categories.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from adflux_core.advertising import CampaignPlan, Node, Step
from adflux_core.errors import ValidationError
from adflux_core.platforms.meta.currency import to_wire
from adflux_core.platforms.meta.reading import comparable
from adflux_core.targeting import EU, TargetingSpec

NAME_LIMIT = 400
# Around a city: above what an employment ad must leave open (25 km in the US and Canada, 15 in Europe).
RADIUS_KM = 40
TEXT_LIMITS = {"headline": 255, "primary_text": 1024, "description": 255}
NODES = (("campaign", 0), ("ad_group", 0), ("image", 0), ("creative", 0), ("ad", 0))


def compile_plan(
    plan: CampaignPlan, tokens: Mapping[tuple[str, int], str], *, page_id: str
) -> tuple[Step, ...]:
    """One node a step. Raises ValidationError on what Meta would refuse."""
    for part, limit in TEXT_LIMITS.items():
        if len(getattr(plan.creative, part)) > limit:
            raise ValidationError(f"the ad's {part} is longer than {limit} characters", platform="meta")

    def node(kind: str, payload: dict[str, Any], **parents: str) -> Step:
        token = tokens[kind, 0]
        delivers = kind in {"campaign", "ad_group", "ad"}
        if kind != "image":
            payload = {"name": named(plan.name, token), **payload}
        if delivers:
            # The token twice: a name can be changed on the platform's own screen, a label stays.
            payload |= {"status": "PAUSED", "adlabels": [{"name": token}]}
        expected = {} if kind == "image" else comparable(kind, payload)
        # Meta keeps one copy of an image however often it is sent, so an image is never in doubt.
        return Step(
            (
                Node(
                    *(kind, 0, token, payload, expected, parents, delivers),
                    idempotent=kind == "image",
                    budget={name: payload[name] for name in ("lifetime_budget",) if name in payload},
                ),
            )
        )

    return (
        node("campaign", _campaign(plan)),
        node("ad_group", _ad_set(plan), campaign_id="campaign"),
        node("image", {"bytes": b64encode(plan.creative.image).decode()}),
        node("creative", _creative(plan, page_id), image_hash="image"),
        node("ad", {}, adset_id="ad_group", creative_id="creative"),
    )


def named(name: str, token: str) -> str:
    """The object's name: the person's words, cut if need be, and our token, whole."""
    return f"{name[: NAME_LIMIT - len(token) - 1]} {token}"


def _campaign(plan: CampaignPlan) -> dict[str, Any]:
    return {
        "objective": "OUTCOME_TRAFFIC",
        "buying_type": "AUCTION",
        "special_ad_categories": ["EMPLOYMENT"],
        "special_ad_category_country": sorted(plan.targeting.countries),
        # True would let Meta move a fifth of the budget between ad sets.
        "is_adset_budget_sharing_enabled": False,
    }


def _ad_set(plan: CampaignPlan) -> dict[str, Any]:
    reached = set(plan.targeting.countries)
    ad_set = {
        "billing_event": "IMPRESSIONS",
        "optimization_goal": "LANDING_PAGE_VIEWS",
        "destination_type": "WEBSITE",
        "bid_strategy": "LOWEST_COST_WITHOUT_CAP",
        # A lifetime budget and an end bound the worst case even if we never run again.
        "lifetime_budget": to_wire(plan.budget),
        "start_time": plan.starts_at.isoformat(),
        "end_time": plan.ends_at.isoformat(),
        "targeting": {
            "geo_locations": _places(plan.targeting),
            # An employment ad must say so explicitly since v26; 0 keeps the audience as approved.
            "targeting_automation": {"advantage_audience": 0},
        },
    }
    if EU & reached:
        if not plan.advertiser:
            raise ValidationError(
                "an ad in the EU names who pays: the posting has no company", platform="meta"
            )
        ad_set |= {"dsa_payor": plan.advertiser, "dsa_beneficiary": plan.advertiser}
    return ad_set


def _places(targeting: TargetingSpec) -> dict[str, Any]:
    if not targeting.cities:
        return {"countries": sorted(targeting.countries)}
    around = {"radius": RADIUS_KM, "distance_unit": "kilometer"}
    return {"cities": [{"key": key, **around} for key in sorted(city.key for city in targeting.cities)]}


def _creative(plan: CampaignPlan, page_id: str) -> dict[str, Any]:
    creative = plan.creative
    return {
        "object_story_spec": {
            "page_id": page_id,
            "link_data": {
                "link": creative.link,
                "message": creative.primary_text,
                "name": creative.headline,
                "description": creative.description,
                "call_to_action": {"type": "APPLY_NOW", "value": {"link": creative.link}},
            },
        },
    }
