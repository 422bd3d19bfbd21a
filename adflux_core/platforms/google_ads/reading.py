"""Google's rows as objects whose fields can be held against `compile.expected`.

Every criterion counts: one that is not a country, a language or a keyword of ours narrows or widens whom the
ad reaches, and shows as `narrowed_by`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from adflux_core.advertising import DesiredState, RemoteObject
from adflux_core.errors import NotFoundError

STATUS = {"ENABLED": DesiredState.ACTIVE, "PAUSED": DesiredState.PAUSED}  # REMOVED is closed
# Google keeps a row for each kind of device, whoever made the campaign.
_HARMLESS = {"DEVICE"}
_NETWORKS = (
    *("target_google_search", "target_search_network"),
    *("target_content_network", "target_partner_search_network"),
)
# Why a campaign does not serve as well as it might, where its status alone does not say it.
_TELLING = {"MISCONFIGURED", "LIMITED", "NOT_ELIGIBLE"}
_REFUSED = {"DISAPPROVED", "AREA_OF_INTEREST_ONLY", "APPROVED_LIMITED"}


def budget(row: Any) -> RemoteObject:
    """Of a row of its own, or of the campaign that spends it."""
    own = row.campaign_budget
    return RemoteObject(
        kind="budget",
        external_id=str(own.id),
        name="",
        # A budget is never on or off.
        status=DesiredState.CLOSED if word(own, "status") == "REMOVED" else DesiredState.PAUSED,
        effective_status="",
        fields={
            "period": word(own, "period"),
            "amount_micros": own.amount_micros,
            "total_amount_micros": own.total_amount_micros,
            "delivery_method": word(own, "delivery_method"),
            "explicitly_shared": own.explicitly_shared,
        },
    )


def campaign(row: Any, criteria: Iterable[Any]) -> RemoteObject:
    """Of a row of the campaign and the rows of its criteria."""
    own = row.campaign
    listed = list(criteria)
    primary = word(own, "primary_status")
    reasons = words(own, "primary_status_reasons") if primary in _TELLING else []
    return RemoteObject(
        kind="campaign",
        external_id=str(own.id),
        name=own.name,
        status=STATUS.get(word(own, "status"), DesiredState.CLOSED),
        effective_status=primary,
        issues=tuple(reason for reason in reasons if not reason.endswith("_PAUSED")),
        fields={
            "advertising_channel_type": word(own, "advertising_channel_type"),
            "bidding": word(own, "bidding_strategy_type"),
            "contains_eu_political_advertising": word(own, "contains_eu_political_advertising"),
            "networks": [name for name in _NETWORKS if getattr(own.network_settings, name)],
            "geo_target_type": word(own.geo_target_type_setting, "positive_geo_target_type"),
            "start_date_time": own.start_date_time,
            "end_date_time": own.end_date_time,
            **_reached(listed),
        },
        parents={"campaign_budget": last(own.campaign_budget)},
    )


def _reached(criteria: Iterable[Any]) -> dict[str, Any]:
    locations, languages, others = [], [], []
    for row in criteria:
        own = row.campaign_criterion
        kind = word(own, "type")
        if word(own, "status") == "REMOVED" or kind in _HARMLESS:
            continue
        if own.negative:
            others.append(f"not {kind}")
        elif kind == "LOCATION":
            locations.append(own.location.geo_target_constant)
        elif kind == "LANGUAGE":
            languages.append(own.language.language_constant)
        else:
            others.append(kind)
    return {"locations": sorted(locations), "languages": sorted(languages), "narrowed_by": sorted(others)}


def ad_group(row: Any, criteria: Iterable[Any]) -> RemoteObject:
    """Of a row that has the ad group, and the rows of its criteria."""
    own = row.ad_group
    return RemoteObject(
        kind="ad_group",
        external_id=str(own.id),
        name=own.name,
        status=STATUS.get(word(own, "status"), DesiredState.CLOSED),
        effective_status=word(own, "status"),
        fields={"type": word(own, "type"), **_searched(criteria)},
        parents={"campaign": last(own.campaign)},
    )


def _searched(criteria: Iterable[Any]) -> dict[str, Any]:
    keywords, others = [], []
    for row in criteria:
        own = row.ad_group_criterion
        kind, status = word(own, "type"), word(own, "status")
        if status == "REMOVED":
            continue
        if kind != "KEYWORD" or own.negative:
            others.append(f"not {kind}" if own.negative else kind)
        elif status == "ENABLED":
            keywords.append(f"{word(own.keyword, 'match_type')} {own.keyword.text}")
    return {"keywords": sorted(keywords), "narrowed_by": sorted(others)}


def ad(row: Any) -> RemoteObject:
    """Of a row of the ad with its ad group. Its id is Google's own pair: an ad belongs to one ad group."""
    own = row.ad_group_ad
    search_ad = own.ad.responsive_search_ad
    approval = word(own.policy_summary, "approval_status")
    review = word(own.policy_summary, "review_status")
    topics = [f"{entry.topic} ({word(entry, 'type')})" for entry in own.policy_summary.policy_topic_entries]
    issues = (": ".join([approval, ", ".join(topics) or "no topic named"]),) if approval in _REFUSED else ()
    return RemoteObject(
        kind="ad",
        external_id=f"{row.ad_group.id}~{own.ad.id}",
        name="",
        status=STATUS.get(word(own, "status"), DesiredState.CLOSED),
        effective_status=review if review in {"REVIEW_IN_PROGRESS", "UNDER_APPEAL"} else approval,
        issues=issues,
        fields={
            "type": word(own.ad, "type"),
            "final_urls": list(own.ad.final_urls),
            "headlines": sorted(one.text for one in search_ad.headlines),
            "descriptions": sorted(one.text for one in search_ad.descriptions),
        },
        parents={"ad_group": last(own.ad_group)},
    )


def there(seen: RemoteObject) -> RemoteObject:
    """Raises NotFoundError on what was removed: only a campaign's end is ours to see."""
    if seen.status is DesiredState.CLOSED:
        raise NotFoundError(f"{seen.kind} {seen.external_id} was removed on Google", platform="google_ads")
    return seen


def word(message: Any, field: str) -> str:
    """The name of an enumeration's value; one that is newer than this client shows as its number."""
    descriptor = (
        message.DESCRIPTOR.fields_by_name.get(field) or message.DESCRIPTOR.fields_by_name[f"{field}_"]
    )
    return _name(descriptor, getattr(message, descriptor.name))


def words(message: Any, field: str) -> list[str]:
    descriptor = message.DESCRIPTOR.fields_by_name[field]
    return [_name(descriptor, number) for number in getattr(message, field)]


def _name(descriptor: Any, number: int) -> str:
    value = descriptor.enum_type.values_by_number.get(number)
    return value.name if value else str(number)


def last(resource_name: str) -> str:
    """The id that a resource name ends in."""
    return resource_name.rpartition("/")[2]
