"""Campaigns, their places and languages, and ad groups: what is refused."""

from typing import Any

import pytest

CREATE = "campaign_operation.create"


def language(number: int) -> dict[str, str]:
    return {"language_constant": f"languageConstants/{number}"}


@pytest.mark.parametrize(
    ("changes", "error", "field"),
    [
        ({"name": None}, "REQUIRED", "name"),
        ({"name": "a\rb"}, "INVALID_CAMPAIGN_NAME", "name"),
        ({"name": "x" * 256}, "TOO_LONG", "name"),
        ({"campaign_budget": None}, "REQUIRED", "campaign_budget"),
        ({"campaign_budget": "budgets/1"}, "RESOURCE_NAME_MALFORMED", "campaign_budget"),
        ({"advertising_channel_type": None}, "REQUIRED", "advertising_channel_type"),
        ({"advertising_channel_type": "DISPLAY"}, "INVALID_VALUE", "advertising_channel_type"),
        ({"contains_eu_political_advertising": None}, "REQUIRED", "contains_eu_political_advertising"),
        ({"manual_cpc": None}, "REQUIRED", "campaign_bidding_strategy"),
        (
            {"manual_cpc": {"enhanced_cpc_enabled": True}},
            "CANNOT_CREATE_CAMPAIGN_WITH_BIDDING_STRATEGY",
            "manual_cpc.enhanced_cpc_enabled",
        ),
        (
            {"manual_cpc": None, "target_spend": {"cpc_bid_ceiling_micros": 1_500_000}},
            "BID_TOO_MANY_FRACTIONAL_DIGITS",
            "target_spend.cpc_bid_ceiling_micros",
        ),
        (
            {"manual_cpc": None, "target_roas": {"target_roas": 2.0}},
            "INVALID_VALUE",
            "target_roas.target_roas",
        ),
        (
            {"network_settings": {"target_search_network": True}},
            "CANNOT_TARGET_SEARCH_NETWORK_WITHOUT_GOOGLE_SEARCH",
            "network_settings.target_search_network",
        ),
        (
            {"network_settings": {"target_google_search": False}},
            "CAMPAIGN_MUST_TARGET_AT_LEAST_ONE_NETWORK",
            "network_settings",
        ),
        ({"start_date_time": "20261001 00:00:00"}, "INVALID_STRING_DATE_TIME_SECONDS", "start_date_time"),
        ({"end_date_time": "2026-13-01 23:59:59"}, "INVALID_STRING_DATE_TIME_SECONDS", "end_date_time"),
        ({"start_date_time": "2026-09-30 00:00:00"}, "CANNOT_SET_DATE_TO_PAST", "start_date_time"),
        (
            {"start_date_time": "2026-10-05 10:00:00"},
            "DATE_RANGE_ERROR_START_TIME_MUST_BE_THE_START_OF_A_DAY",
            "start_date_time",
        ),
        (
            {"end_date_time": "2026-10-05 10:00:00"},
            "DATE_RANGE_ERROR_END_TIME_MUST_BE_THE_END_OF_A_DAY",
            "end_date_time",
        ),
        (
            {"start_date_time": "2026-10-09 00:00:00", "end_date_time": "2026-10-08 23:59:59"},
            "START_DATE_AFTER_END_DATE",
            "end_date_time",
        ),
        ({"end_date_time": "2037-12-31 23:59:59"}, "AFTER_MAXIMUM_ALLOWABLE_DATE", "end_date_time"),
        ({"status": "UNKNOWN"}, "INVALID_ENUM_VALUE", "status"),
        ({"network_settings": None, "keyword_match_type": 77}, "INVALID_VALUE", "keyword_match_type"),
        ({"status": "REMOVED"}, "ENUM_VALUE_NOT_PERMITTED", "status"),
        (
            {"url_custom_parameters": [{"key": "a", "value": "b"}]},
            "INVALID_VALUE",
            "url_custom_parameters.key",
        ),
    ],
    ids=str,
)
def test_a_campaign_is_refused(shared: Any, changes: dict[str, Any], error: str, field: str) -> None:
    ((_, name, place), *others) = shared.refused(shared.budget(), shared.campaign(**changes))
    assert (name, place) == (error, f"mutate_operations[1].{CREATE}.{field}")
    assert all(other[1] in (error, "INVALID_ENUM_VALUE") for other in others)


def test_names_of_campaigns_are_free_again_when_removed(google: Any) -> None:
    made = google.make(*google.tree("one"))
    google.make(google.update("campaign", made[1], "status", status="PAUSED"))
    second = [google.budget(name="two"), google.campaign(name="one")]
    found = google.refused(*second)
    assert [(category, name) for category, name, _ in found] == [
        ("campaign_error", "DUPLICATE_CAMPAIGN_NAME")
    ]
    google.make(google.remove("campaign", made[1]))
    assert len(google.make(*second)) == 2


def test_what_a_campaign_gets_when_nothing_is_said(google: Any) -> None:
    silent = {"status": None, "start_date_time": None, "network_settings": None}
    google.make(google.budget(), google.campaign(**silent))
    (row,) = google.search(
        "SELECT campaign.status, campaign.start_date_time, campaign.end_date_time, "
        "campaign.bidding_strategy_type, campaign.network_settings.target_google_search, "
        "campaign.network_settings.target_content_network, campaign.serving_status FROM campaign"
    )
    campaign = row.campaign
    assert (campaign.status.name, campaign.start_date_time) == ("ENABLED", "2026-10-01 00:00:00")
    assert (campaign.end_date_time, campaign.bidding_strategy_type.name) == ("", "MANUAL_CPC")
    assert campaign.network_settings.target_google_search
    assert not campaign.network_settings.target_content_network
    assert campaign.serving_status.name == "SERVING"


def test_the_account_must_agree_and_declare(google: Any) -> None:
    google.set(hec_agreement_required=True)
    found = google.refused(google.budget(), google.campaign())
    assert [(name, place) for _, name, place in found] == [
        ("HEC_AGREEMENT_REQUIRED", f"mutate_operations[1].{CREATE}")
    ]
    google.set(hec_agreement_required=False)
    made = google.make(*google.tree())
    google.set(eu_declaration_required=True)
    pause = google.update("campaign", made[1], "status", status="PAUSED")
    for refused in (google.budget(name="other"), pause):
        ((category, name, _),) = google.refused(refused)
        assert (category, name) == ("mutate_error", "EU_POLITICAL_ADVERTISING_DECLARATION_REQUIRED")
    declared = "contains_eu_political_advertising"
    assert google.make(
        google.update("campaign", made[1], declared, **{declared: "CONTAINS_EU_POLITICAL_ADVERTISING"})
    )


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"location": None}, "CONCRETE_TYPE_REQUIRED"),
        ({"location": {"geo_target_constant": "geoTargetConstants/1"}}, "INVALID_CRITERION_ID"),
        (
            {"location": None, "language": {"language_constant": "languageConstants/1"}},
            "INVALID_CRITERION_ID",
        ),
        (
            {"location": None, "language": {"language_constant": "languageConstants/1003"}, "negative": True},
            "CANNOT_EXCLUDE_CRITERIA_TYPE",
        ),
        ({"location": None, "gender": {"type_": "FEMALE"}}, "INVALID_VALUE"),
        ({"bid_modifier": 1.5}, "INVALID_VALUE"),
    ],
    ids=str,
)
def test_a_campaign_criterion_is_refused(shared: Any, changes: dict[str, Any], error: str) -> None:
    found = shared.refused(shared.budget(), shared.campaign(), shared.location(**changes))
    assert [one[1] for one in found] == [error]


def test_a_place_is_targeted_once(google: Any) -> None:
    made = google.make(*google.tree())
    again = google.location(campaign=made[1])
    assert google.refused(again)[0][1] == "RESOURCE_ALREADY_EXISTS"
    excluded = google.location(campaign=made[1], negative=True)
    assert google.refused(excluded)[0][1] == "CANNOT_TARGET_AND_EXCLUDE"
    google.make(google.remove("campaign_criterion", made[2]))
    assert google.make(again) == [made[2]]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"name": None}, "REQUIRED"),
        ({"name": "a\nb"}, "INVALID_ADGROUP_NAME"),
        ({"campaign": None}, "REQUIRED"),
        ({"type_": "DISPLAY_STANDARD"}, "AD_GROUP_TYPE_NOT_VALID_FOR_ADVERTISING_CHANNEL_TYPE"),
        ({"cpc_bid_micros": 1_500_000}, "BID_TOO_MANY_FRACTIONAL_DIGITS"),
        ({"target_cpa_micros": 1_000_000}, "INVALID_VALUE"),
    ],
    ids=str,
)
def test_an_ad_group_is_refused(shared: Any, changes: dict[str, Any], error: str) -> None:
    found = shared.refused(shared.budget(), shared.campaign(), shared.ad_group(**changes))
    assert [one[1] for one in found] == [error]


def test_names_of_ad_groups_are_those_of_their_campaign(google: Any) -> None:
    made = google.make(*google.tree("one"))
    assert google.refused(google.ad_group(campaign=made[1]))[0][1] == "DUPLICATE_ADGROUP_NAME"
    other = google.make(google.budget(name="two"), google.campaign(name="two"))
    assert len(google.make(google.ad_group(campaign=other[1]))) == 1
    google.make(google.remove("campaign", other[1]))
    late = google.ad_group(campaign=other[1], name="late")
    assert google.refused(late)[0][1] == "OPERATION_NOT_PERMITTED_FOR_REMOVED_RESOURCE"
