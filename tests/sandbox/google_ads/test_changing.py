"""Updates by mask, removing, partial failure, and what a request as a whole may be."""

from typing import Any

import pytest
from google.api_core import protobuf_helpers

STATUS = "SELECT campaign.status FROM campaign"


def test_only_what_is_in_the_mask_changes(google: Any) -> None:
    made = google.make(*google.tree(end_date_time="2026-10-20 23:59:59"))
    google.make(google.update("campaign", made[1], "status", status="PAUSED", name="ignored"))
    assert google.value(STATUS) == "PAUSED"
    assert google.value("SELECT campaign.name FROM campaign") == "campaign"
    google.make(google.update("campaign", made[1], "end_date_time"))
    assert google.value("SELECT campaign.end_date_time FROM campaign") == ""
    nested = {"network_settings": {"target_google_search": True, "target_search_network": True}}
    google.make(google.update("campaign", made[1], "network_settings.target_search_network", **nested))
    assert google.value("SELECT campaign.network_settings.target_search_network FROM campaign")


def test_a_call_tells_the_statuses_that_it_decides_on(google: Any) -> None:
    made = google.make(*google.tree())
    google.make(google.update("campaign", made[1], "status", status="PAUSED"))
    google.make(google.update("campaign", made[1], "name", status="ENABLED", name="another"))
    calls = google.world.control("GET", "calls")["calls"]
    tree, update, rename = [one["params"]["statuses"] for one in calls if one["path"].endswith("/Mutate")]
    assert (update, rename) == (f"campaign.update:PAUSED:{made[1]}", "")
    assert "campaign.create:ENABLED:" in tree


def test_the_mask_that_googles_helper_makes(google: Any) -> None:
    made = google.make(*google.tree())
    operation = google.update("campaign", made[1], "", status="PAUSED")
    inner = operation.campaign_operation
    mask = protobuf_helpers.field_mask(None, type(inner.update).pb(inner.update))
    assert "resource_name" in mask.paths
    google.client.copy_from(inner.update_mask, mask)
    google.make(operation)
    assert google.value(STATUS) == "PAUSED"


def test_a_bidding_scheme_takes_the_place_of_another(google: Any) -> None:
    made = google.make(*google.tree())
    path = "target_spend.cpc_bid_ceiling_micros"
    google.make(google.update("campaign", made[1], path, target_spend={"cpc_bid_ceiling_micros": 2_000_000}))
    scheme = "SELECT campaign.bidding_strategy_type FROM campaign"
    assert google.value(scheme) == "TARGET_SPEND"
    google.make(google.update("campaign", made[1], "manual_cpc.enhanced_cpc_enabled", manual_cpc={}))
    assert google.value(scheme) == "MANUAL_CPC"


@pytest.mark.parametrize(
    ("mask", "error"),
    [
        ("", "FIELD_MASK_MISSING"),
        ("nonsense", "FIELD_NOT_FOUND"),
        ("network_settings", "FIELD_HAS_SUBFIELDS"),
        ("target_spend", "FIELD_HAS_SUBFIELDS"),
        ("advertising_channel_type", "IMMUTABLE_FIELD"),
        ("name", "FIELD_CANNOT_BE_CLEARED"),
        ("labels", "INVALID_VALUE"),
        ("start_date_time", "CANNOT_MODIFY_START_DATE_IF_ALREADY_STARTED"),
    ],
)
def test_an_update_is_refused(google: Any, mask: str, error: str) -> None:
    made = google.make(*google.tree())
    change = google.update("campaign", made[1], mask, start_date_time="2026-10-09 00:00:00")
    assert error in [one[1] for one in google.refused(change)]


def test_an_ads_texts_do_not_change(google: Any) -> None:
    made = google.make(*google.tree())
    change = google.update(
        "ad_group_ad", made[5], "ad.final_urls", ad={"final_urls": ["https://a.example.com"]}
    )
    assert google.refused(change)[0][1] == "IMMUTABLE_FIELD"
    change = google.update("ad_group_criterion", made[4], "keyword.text", keyword={"text": "otro"})
    assert google.refused(change)[0][1] == "IMMUTABLE_FIELD"


def test_a_create_takes_no_mask(google: Any) -> None:
    operation = google.budget()
    operation.campaign_budget_operation.update_mask.paths.append("name")
    assert google.refused(operation)[0][1] == "FIELD_MASK_NOT_ALLOWED"


def test_what_is_removed_stays_readable_and_does_not_change(google: Any) -> None:
    made = google.make(*google.tree())
    kinds = ["ad_group_ad", "ad_group_criterion", "ad_group", "campaign_criterion", "campaign"]
    for kind, name in zip(kinds, [made[5], made[4], made[3], made[2], made[1]], strict=True):
        google.make(google.remove(kind, name))
        assert google.refused(google.remove(kind, name))[0][1] == (
            "OPERATION_NOT_PERMITTED_FOR_REMOVED_RESOURCE"
        )
    assert google.value(STATUS) == "REMOVED"
    assert google.value("SELECT ad_group_ad.status FROM ad_group_ad") == "REMOVED"
    change = google.update("campaign", made[1], "status", status="ENABLED")
    assert google.refused(change)[0][1] == "OPERATION_NOT_PERMITTED_FOR_REMOVED_RESOURCE"


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("customers/{id}/campaigns/7", "RESOURCE_NOT_FOUND"),
        ("customers/1234567890/campaigns/7", "RESOURCE_NOT_FOUND"),
        ("customers/{id}/adGroups/7", "RESOURCE_NAME_MALFORMED"),
        ("campaigns/7", "RESOURCE_NAME_MALFORMED"),
    ],
)
def test_what_is_not_there(shared: Any, name: str, error: str) -> None:
    named = name.format(id=shared.id)
    for operation in (
        shared.remove("campaign", named),
        shared.update("campaign", named, "status", status="PAUSED"),
    ):
        ((_, found, _),) = shared.refused(operation)
        assert found == error


def test_one_resource_once_a_request(google: Any) -> None:
    made = google.make(*google.tree())
    pause = google.update("campaign", made[1], "status", status="PAUSED")
    found = google.refused(pause, google.remove("campaign", made[1]))
    assert [one[1] for one in found] == ["ID_EXISTS_IN_MULTIPLE_MUTATES"]
    assert google.value(STATUS) == "ENABLED"


def test_partial_failure_keeps_what_is_right(google: Any) -> None:
    made = google.make(*google.tree())
    keywords = [google.keyword(text, ad_group=made[3]) for text in ("uno", "d!os", "tres")]
    reply = google.mutate(*keywords, partial_failure=True)
    names = [one.ad_group_criterion_result.resource_name for one in reply.mutate_operation_responses]
    assert [bool(name) for name in names] == [True, False, True]
    failure = google.client.get_type("GoogleAdsFailure")
    (detail,) = reply.partial_failure_error.details
    (error,) = type(failure).deserialize(detail.value).errors
    assert error.location.field_path_elements[0].index == 1
    assert error.error_code.criterion_error.name == "KEYWORD_HAS_INVALID_CHARS"
    assert reply.partial_failure_error.code == 3
    rows = google.search(
        "SELECT ad_group_criterion.keyword.text FROM ad_group_criterion "
        "ORDER BY ad_group_criterion.keyword.text"
    )
    assert [row.ad_group_criterion.keyword.text for row in rows] == ["empleo soldador", "tres", "uno"]


def test_partial_failure_of_a_parent_takes_its_children_with_it(google: Any) -> None:
    reply = google.mutate(google.budget(), google.campaign(name=""), google.ad_group(), partial_failure=True)
    names = [one.campaign_budget_result.resource_name for one in reply.mutate_operation_responses]
    assert [bool(name) for name in names] == [True, False, False]
    assert google.search("SELECT campaign.id FROM campaign") == []


def test_the_resource_itself_can_be_returned(google: Any) -> None:
    reply = google.mutate(google.budget(), response_content_type="MUTABLE_RESOURCE")
    (result,) = reply.mutate_operation_responses
    assert result.campaign_budget_result.campaign_budget.amount_micros == 50_000_000_000


def test_a_request_is_refused(shared: Any) -> None:
    assert [one[:2] for one in shared.refused()] == [("request_error", "REQUIRED_FIELD_MISSING")]
    empty = shared.client.get_type("MutateOperation")
    assert [one[1] for one in shared.refused(empty)] == ["OPERATION_REQUIRED"]
    empty.campaign_operation.update_mask.paths.append("name")
    assert [one[1] for one in shared.refused(empty)] == ["OPERATION_REQUIRED"]
    label = shared.create("label", {"name": "mine"})
    assert shared.refused(label) == [
        ("mutate_error", "MUTATE_NOT_ALLOWED", "mutate_operations[0].label_operation")
    ]
    exempted = shared.ad()
    exempted.ad_group_ad_operation.policy_validation_parameter.ignorable_policy_topics.append("A")
    assert [one[1] for one in shared.refused(exempted)] == ["INVALID_VALUE"]


def test_a_request_has_ten_thousand_operations_at_most(shared: Any) -> None:
    one = shared.remove("campaign", shared.temporary("campaigns", 7))
    assert [found[1] for found in shared.refused(*[one] * 10_001)] == ["TOO_MANY_MUTATE_OPERATIONS"]
