"""The questions that are asked of Google, in its query language. A query is one operation of the day.

Source: Google Ads API, Query Grammar.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

ACCOUNT = """
    SELECT customer.id, customer.descriptive_name, customer.currency_code, customer.time_zone,
        customer.manager, customer.status
    FROM customer
"""
_CAMPAIGN = """
    SELECT campaign.id, campaign.name, campaign.status, campaign.primary_status,
        campaign.primary_status_reasons, campaign.advertising_channel_type, campaign.bidding_strategy_type,
        campaign.contains_eu_political_advertising, campaign.network_settings.target_google_search,
        campaign.network_settings.target_search_network, campaign.network_settings.target_content_network,
        campaign.network_settings.target_partner_search_network,
        campaign.geo_target_type_setting.positive_geo_target_type, campaign.start_date_time,
        campaign.end_date_time, campaign.campaign_budget, campaign_budget.id, campaign_budget.period,
        campaign_budget.amount_micros, campaign_budget.total_amount_micros, campaign_budget.status,
        campaign_budget.delivery_method, campaign_budget.explicitly_shared
    FROM campaign
"""
_BUDGET = """
    SELECT campaign_budget.id, campaign_budget.period, campaign_budget.amount_micros,
        campaign_budget.total_amount_micros, campaign_budget.status, campaign_budget.delivery_method,
        campaign_budget.explicitly_shared
    FROM campaign_budget
"""
_AD_GROUP = (
    "SELECT ad_group.id, ad_group.name, ad_group.status, ad_group.type, ad_group.campaign FROM ad_group"
)
_AD = """
    SELECT ad_group.id, ad_group.name, ad_group.status, ad_group.type, ad_group.campaign,
        ad_group_ad.ad.id, ad_group_ad.status, ad_group_ad.ad_group, ad_group_ad.ad.type,
        ad_group_ad.ad.final_urls, ad_group_ad.ad.responsive_search_ad.headlines,
        ad_group_ad.ad.responsive_search_ad.descriptions, ad_group_ad.policy_summary.approval_status,
        ad_group_ad.policy_summary.review_status, ad_group_ad.policy_summary.policy_topic_entries
    FROM ad_group_ad
"""
_CAMPAIGN_CRITERIA = """
    SELECT campaign.id, campaign_criterion.type, campaign_criterion.negative, campaign_criterion.status,
        campaign_criterion.location.geo_target_constant, campaign_criterion.language.language_constant
    FROM campaign_criterion
"""
_AD_GROUP_CRITERIA = """
    SELECT ad_group.id, ad_group_criterion.type, ad_group_criterion.negative, ad_group_criterion.status,
        ad_group_criterion.keyword.text, ad_group_criterion.keyword.match_type
    FROM ad_group_criterion
"""
AD_METRICS = """
    SELECT segments.date, campaign.id, ad_group_ad.resource_name,
        metrics.impressions, metrics.clicks, metrics.cost_micros, metrics.conversions
    FROM ad_group_ad
"""
ACCOUNT_METRICS = """
    SELECT segments.date, metrics.impressions, metrics.clicks, metrics.cost_micros
    FROM customer
"""


def campaigns(campaign_ids: Iterable[str]) -> str:
    return _where(_CAMPAIGN, f"campaign.id IN ({_numbers(campaign_ids)})")


def budget(budget_id: str) -> str:
    return _where(_BUDGET, f"campaign_budget.id = {int(budget_id)}")


def campaigns_named(part: str) -> str:
    return _where(_CAMPAIGN, f"campaign.name LIKE {containing(part)}", "campaign.status != 'REMOVED'")


def campaigns_called(name: str) -> str:
    """Removed ones, too."""
    return _where("SELECT campaign.id, campaign.status FROM campaign", f"campaign.name = {quoted(name)}")


def ad_group(ad_group_id: str) -> str:
    return _where(_AD_GROUP, f"ad_group.id = {int(ad_group_id)}")


def ad_groups_named(part: str) -> str:
    """Removed campaigns take their ad groups along, without saying so on each."""
    return _where(
        _AD_GROUP,
        f"ad_group.name LIKE {containing(part)}",
        "ad_group.status != 'REMOVED'",
        "campaign.status != 'REMOVED'",
    )


def ads(ad_ids: Iterable[str]) -> str:
    """Of ids as Google pairs them: the ad group's and the ad's own."""
    pairs = [one.partition("~") for one in ad_ids]
    return _where(
        _AD,
        f"ad_group.id IN ({_numbers(ad_group for ad_group, _, _ in pairs)})",
        f"ad_group_ad.ad.id IN ({_numbers(ad for _, _, ad in pairs)})",
    )


def ads_below(part: str) -> str:
    return _where(
        _AD,
        f"ad_group.name LIKE {containing(part)}",
        "ad_group_ad.status != 'REMOVED'",
        "campaign.status != 'REMOVED'",
    )


def campaign_criteria(campaign_ids: Iterable[str]) -> str:
    return _where(_CAMPAIGN_CRITERIA, f"campaign.id IN ({_numbers(campaign_ids)})")


def ad_group_criteria(ad_group_ids: Iterable[str]) -> str:
    return _where(_AD_GROUP_CRITERIA, f"ad_group.id IN ({_numbers(ad_group_ids)})")


def cities(country: str, names: Iterable[str]) -> str:
    return _where(
        "SELECT geo_target_constant.id, geo_target_constant.name FROM geo_target_constant",
        f"geo_target_constant.country_code = {quoted(country)}",
        "geo_target_constant.target_type = 'City'",
        "geo_target_constant.status = 'ENABLED'",
        f"geo_target_constant.name IN ({', '.join(quoted(name) for name in names)})",
    )


def between(query: str, since: date, until: date) -> str:
    return _where(query, f"segments.date BETWEEN '{since.isoformat()}' AND '{until.isoformat()}'")


def containing(part: str) -> str:
    """A LIKE pattern for text that contains `part`, to the letter."""
    literal = "".join(f"[{one}]" if one in "[]%_" else one for one in part)
    return quoted(f"%{literal}%")


def quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def ordered_by_day(query: str, since: date, until: date) -> str:
    """So that nobody has to hold more than a day of the answer."""
    return f"{between(query, since, until)} ORDER BY segments.date"


def _where(query: str, *conditions: str) -> str:
    return " ".join([*query.split(), "WHERE", _and(conditions)])


def _numbers(ids: Iterable[str]) -> str:
    return ", ".join(str(one) for one in sorted({int(one) for one in ids}))


def _and(conditions: Iterable[str]) -> str:
    return " AND ".join(conditions)
