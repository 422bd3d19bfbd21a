"""Meta's objects in comparable form: what was sent and what is read back normalise to the same values.

Only money, targeting, category, content and dates are compared. Whatever else Meta fills in is its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from adflux_core.advertising import DesiredState, RemoteObject

# What is asked for when an object is read, by our kind.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "campaign": (
        *("id", "name", "status", "effective_status", "issues_info", "created_time"),
        *("objective", "buying_type", "special_ad_categories", "special_ad_category_country"),
        "is_adset_budget_sharing_enabled",
        *("daily_budget", "lifetime_budget"),
    ),
    "ad_group": (
        *("id", "name", "status", "effective_status", "issues_info", "created_time"),
        *("campaign_id", "billing_event", "optimization_goal", "destination_type", "bid_strategy"),
        *("daily_budget", "lifetime_budget", "start_time", "end_time", "targeting"),
        *("dsa_payor", "dsa_beneficiary"),
    ),
    "creative": ("id", "name", "object_story_spec"),
    "ad": (
        *("id", "name", "status", "effective_status", "issues_info", "ad_review_feedback", "created_time"),
        *("adset_id", "creative"),
    ),
}
# A whole publication in one question, from its ad: where each kind stands in the reply.
ABOVE_AN_AD: Mapping[str, str] = {"campaign": "campaign", "ad_group": "adset", "creative": "creative"}
TREE = ",".join(
    [
        *(name for name in FIELDS["ad"] if name != "creative"),
        *(f"{place}{{{','.join(FIELDS[kind])}}}" for kind, place in ABOVE_AN_AD.items()),
    ]
)
# A creative has no status and does nothing alone; everything else is listed in every state but deleted.
NOT_DELETED = {
    "campaign": ["ACTIVE", "PAUSED", "ARCHIVED", "IN_PROCESS", "WITH_ISSUES"],
    "ad_group": ["ACTIVE", "PAUSED", "ARCHIVED", "CAMPAIGN_PAUSED", "IN_PROCESS", "WITH_ISSUES"],
    "ad": [
        *("ACTIVE", "PAUSED", "ARCHIVED", "CAMPAIGN_PAUSED", "ADSET_PAUSED", "IN_PROCESS", "WITH_ISSUES"),
        *("PENDING_REVIEW", "DISAPPROVED", "PREAPPROVED", "PENDING_BILLING_INFO"),
    ],
}
WORDS = {"ACTIVE": DesiredState.ACTIVE, "PAUSED": DesiredState.PAUSED}  # the rest is closed
# Targeting keys that widen nothing and narrow nothing for a job ad; any other key is shown as narrowing.
_HARMLESS = {
    "geo_locations",
    "targeting_automation",
    "brand_safety_content_filter_levels",
    "targeting_optimization",
}
_HARMLESS_GEO = {"countries", "cities", "location_types"}  # the first two are compared by themselves


def comparable(kind: str, raw: Mapping[str, Any]) -> dict[str, Any]:
    """The compared fields of an object as sent or as read."""
    return _COMPARABLE[kind](raw)


def _campaign(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "objective": raw.get("objective"),
        "special_ad_categories": sorted(raw.get("special_ad_categories") or ()),
        "special_ad_category_country": sorted(raw.get("special_ad_category_country") or ()),
        "is_adset_budget_sharing_enabled": bool(raw.get("is_adset_budget_sharing_enabled")),
        # The budget lives on the ad set; a second one here would be a second purse.
        **_budgets(raw),
    }


def _ad_group(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{key: raw.get(key) for key in ("billing_event", "optimization_goal", "bid_strategy")},
        **{key: raw.get(key) for key in ("destination_type", "dsa_payor", "dsa_beneficiary")},
        **_budgets(raw),
        "start_time": instant(raw["start_time"]).isoformat() if raw.get("start_time") else None,
        "end_time": instant(raw["end_time"]).isoformat() if raw.get("end_time") else None,
        **_targeting(raw.get("targeting") or {}),
    }


def _creative(raw: Mapping[str, Any]) -> dict[str, Any]:
    story = raw.get("object_story_spec") or {}
    link = story.get("link_data") or {}
    return {
        "page_id": story.get("page_id"),
        **{key: link.get(key) for key in ("link", "message", "name", "description")},
        "call_to_action": (link.get("call_to_action") or {}).get("type"),
    }


def _budgets(raw: Mapping[str, Any]) -> dict[str, int]:
    return {key: int(raw.get(key) or 0) for key in ("daily_budget", "lifetime_budget")}


def _targeting(raw: Mapping[str, Any]) -> dict[str, Any]:
    geo = raw.get("geo_locations") or {}
    narrowing = {key for key in raw if key not in _HARMLESS} | {
        key for key in geo if key not in _HARMLESS_GEO
    }
    # Meta fills in the whole adult range; only a narrower one is somebody's choice.
    if raw.get("age_min", 18) <= 18:
        narrowing.discard("age_min")
    if raw.get("age_max", 65) >= 65:
        narrowing.discard("age_max")
    return {
        "countries": sorted(geo.get("countries") or ()),
        "cities": sorted(
            f"{one['key']} {one.get('radius')} {one.get('distance_unit')}" for one in geo.get("cities") or ()
        ),
        "narrowed_by": sorted(narrowing),
        "advantage_audience": (raw.get("targeting_automation") or {}).get("advantage_audience"),
    }


def instant(text: str) -> datetime:
    """Meta's "2026-10-01T00:00:00-0500" in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)


def _ad(_raw: Mapping[str, Any]) -> dict[str, Any]:
    return {}  # an ad is its parents


_COMPARABLE = {"campaign": _campaign, "ad_group": _ad_group, "creative": _creative, "ad": _ad}


def parents_of(kind: str, raw: Mapping[str, Any]) -> dict[str, str]:
    """The ids of an object's parents, under the names `Node.parents` uses."""
    if kind == "ad_group":
        return {"campaign_id": str(raw.get("campaign_id"))}
    if kind == "creative":
        link = (raw.get("object_story_spec") or {}).get("link_data") or {}
        return {"image_hash": str(link.get("image_hash"))}
    if kind == "ad":
        return {
            "adset_id": str(raw.get("adset_id")),
            "creative_id": str((raw.get("creative") or {}).get("id")),
        }
    return {}


def issues_of(raw: Mapping[str, Any]) -> tuple[str, ...]:
    """Meta's own reasons why an object does not deliver, in its words."""
    found = [
        str(issue.get("error_summary") or issue.get("error_message"))
        for issue in raw.get("issues_info") or ()
    ]
    feedback = (raw.get("ad_review_feedback") or {}).get("global") or {}
    return tuple(found + [f"{reason}: {text}" for reason, text in feedback.items()])


def object_of(kind: str, raw: Mapping[str, Any]) -> RemoteObject:
    """An object as Meta shows it."""
    status = raw.get("status")
    return RemoteObject(
        kind=kind,
        external_id=str(raw["id"]),
        name=raw.get("name") or "",
        status=WORDS.get(status, DesiredState.CLOSED) if status else DesiredState.PAUSED,
        effective_status=raw.get("effective_status") or "",
        issues=issues_of(raw),
        fields=comparable(kind, raw),
        parents=parents_of(kind, raw),
        created_at=instant(raw["created_time"]) if raw.get("created_time") else None,
    )
