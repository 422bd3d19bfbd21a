"""A plan as one Google tree: budget → campaign → ad group → ad, made in one call and PAUSED.

Pure: the same plan gives the same payloads to the byte. Locations and languages travel with their campaign
and keywords with their ad group: none of them has a life of its own. Sources: Google Ads API v26 reference of
each resource; Campaign Budgets, Overview; Create Responsive Search Ads.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from adflux_core.advertising import CampaignPlan, Node, Step
from adflux_core.errors import ValidationError
from adflux_core.platforms.google_ads import limits
from adflux_core.platforms.google_ads.currency import to_micros
from adflux_core.platforms.google_ads.places import constant_of, country_constant, language_constant
from adflux_core.targeting import TargetingSpec

NODES = (("budget", 0), ("campaign", 0), ("ad_group", 0), ("ad", 0))
SHORTEST_DAYS, LONGEST_DAYS = 3, 90  # of a campaign with a total budget
MOMENT = "%Y-%m-%d %H:%M:%S"  # in the account's time zone
NOT_POLITICAL = "DOES_NOT_CONTAIN_EU_POLITICAL_ADVERTISING"


def compile_plan(plan: CampaignPlan, tokens: Mapping[tuple[str, int], str]) -> tuple[Step, ...]:
    """One step of four nodes. Raises ValidationError on what Google would refuse."""
    budget, campaign = _budget(plan), _campaign(plan)
    ad_group, ad = _ad_group(plan), _ad(plan)

    def node(kind: str, payload: dict[str, Any], *, found_by: str = "", **parents: str) -> Node:
        token = tokens[kind, 0]
        if kind in {"campaign", "ad_group"}:
            payload = {"name": named(plan.name, token), **payload}
        return Node(
            *(kind, 0, token, payload, expected(kind, payload), parents),
            delivers=kind != "budget",
            budget={name: payload[name] for name in ("total_amount_micros",) if name in payload},
            found_by=tokens[found_by, 0] if found_by else "",
        )

    return (
        Step(
            (
                # Google calls a budget of one campaign after that campaign, and a search ad nothing at all.
                node("budget", budget, found_by="campaign"),
                node("campaign", campaign, campaign_budget="budget"),
                node("ad_group", ad_group, campaign="campaign"),
                node("ad", ad, found_by="ad_group", ad_group="ad_group"),
            )
        ),
    )


def expected(kind: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    """What `reading` shows of an object that was made from this payload."""
    return _EXPECTED[kind](payload)


def named(name: str, token: str) -> str:
    """The object's name: the person's words, cut to what Google's bytes hold, and our token, whole."""
    printable = "".join(one if one.isprintable() else " " for one in name)
    words = " ".join(printable.split()).encode(errors="ignore")[: limits.NAME_BYTES - len(token.encode()) - 1]
    return f"{words.decode(errors='ignore').rstrip()} {token}"


def _budget(plan: CampaignPlan) -> dict[str, Any]:
    days = (plan.ends_at.date() - plan.starts_at.date()).days
    if not SHORTEST_DAYS <= days <= LONGEST_DAYS:
        raise ValidationError(
            f"Google runs a campaign with a total budget for {SHORTEST_DAYS} to {LONGEST_DAYS} days, "
            f"not for {days}: change --days",
            platform="google_ads",
        )
    return {
        # A total and an end bound the worst case even if we never run again.
        "period": "CUSTOM_PERIOD",
        "total_amount_micros": to_micros(plan.budget),
        "delivery_method": "STANDARD",
        "explicitly_shared": False,  # Google's default lets other campaigns spend from it
    }


def _campaign(plan: CampaignPlan) -> dict[str, Any]:
    return {
        "status": "PAUSED",
        "advertising_channel_type": "SEARCH",
        "contains_eu_political_advertising": NOT_POLITICAL,
        "network_settings": {
            "target_google_search": True,
            "target_search_network": False,
            "target_content_network": False,
            "target_partner_search_network": False,
        },
        # Not those who are only interested in the place: a job is where one lives.
        "geo_target_type_setting": {"positive_geo_target_type": "PRESENCE"},
        "start_date_time": plan.starts_at.strftime(MOMENT),
        "end_date_time": (plan.ends_at - timedelta(seconds=1)).strftime(MOMENT),
        "target_spend": {},  # the most clicks for the money: nothing is known of conversions
        "locations": _places(plan.targeting),
        "languages": [language_constant(plan.creative.language)],
    }


def _places(targeting: TargetingSpec) -> list[str]:
    countries = [country_constant(country) for country in targeting.countries]
    return sorted([constant_of(city.key) for city in targeting.cities] or countries)


def _ad_group(plan: CampaignPlan) -> dict[str, Any]:
    if not plan.keywords:
        raise ValidationError(
            "a search campaign needs keywords: give the posting a title in words", platform="google_ads"
        )
    for keyword in plan.keywords:
        if len(keyword) > limits.KEYWORD or len(keyword.split()) > limits.KEYWORD_WORDS:
            raise ValidationError(f"keyword {keyword!r} is too long for Google", platform="google_ads")
    _check_different("keywords", plan.keywords)
    return {
        "status": "PAUSED",
        "type": "SEARCH_STANDARD",
        "keywords": [{"text": _composed(text), "match_type": "PHRASE"} for text in plan.keywords],
    }


def _ad(plan: CampaignPlan) -> dict[str, Any]:
    creative = plan.creative
    _check_texts("headlines", creative.headlines, limits.HEADLINES, limits.HEADLINE)
    _check_texts("descriptions", creative.descriptions, limits.DESCRIPTIONS, limits.DESCRIPTION)
    return {
        "status": "PAUSED",
        "ad": {
            "final_urls": [creative.link],
            "responsive_search_ad": {
                "headlines": [{"text": _composed(text)} for text in creative.headlines],
                "descriptions": [{"text": _composed(text)} for text in creative.descriptions],
            },
        },
    }


def _check_texts(what: str, texts: Sequence[str], number: tuple[int, int], widest: int) -> None:
    least, most = number
    if not least <= len(texts) <= most:
        raise ValidationError(
            f"a search ad has {least} to {most} {what}, not {len(texts)}", platform="google_ads"
        )
    for text in texts:
        if not text.strip() or limits.width(text) > widest:
            raise ValidationError(
                f"{text!r} is {limits.width(text)} wide; one of the {what} has 1 to {widest}",
                platform="google_ads",
            )
    _check_different(what, texts)


def _check_different(what: str, texts: Iterable[str]) -> None:
    alike = [limits.same_words(text) for text in texts]
    if len(set(alike)) < len(alike):
        raise ValidationError(f"two of the {what} say the same", platform="google_ads")


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _expected_budget(payload: Mapping[str, Any]) -> dict[str, Any]:
    return {**payload, "amount_micros": 0}


def _expected_campaign(payload: Mapping[str, Any]) -> dict[str, Any]:
    same = ("advertising_channel_type", "contains_eu_political_advertising", "locations", "languages")
    return {
        **{name: payload[name] for name in (*same, "start_date_time", "end_date_time")},
        "networks": [name for name, on in payload["network_settings"].items() if on],
        "geo_target_type": payload["geo_target_type_setting"]["positive_geo_target_type"],
        "bidding": "TARGET_SPEND",
        "narrowed_by": [],
    }


def _expected_ad_group(payload: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": payload["type"],
        "keywords": sorted(f"{one['match_type']} {one['text']}" for one in payload["keywords"]),
        "narrowed_by": [],
    }


def _expected_ad(payload: Mapping[str, Any]) -> dict[str, Any]:
    words = payload["ad"]["responsive_search_ad"]
    return {
        "type": "RESPONSIVE_SEARCH_AD",
        "final_urls": list(payload["ad"]["final_urls"]),
        **{part: sorted(one["text"] for one in words[part]) for part in ("headlines", "descriptions")},
    }


_EXPECTED = {
    "budget": _expected_budget,
    "campaign": _expected_campaign,
    "ad_group": _expected_ad_group,
    "ad": _expected_ad,
}
