"""A whole campaign in one request: temporary names, all or nothing, and what is read back."""

from typing import Any

import pytest

EVERYTHING = (
    "SELECT campaign.name, campaign.status, campaign_budget.amount_micros, ad_group.name, "
    "ad_group_ad.status, customer.currency_code FROM ad_group_ad"
)


def test_the_client_makes_a_whole_tree(google: Any) -> None:
    made = google.make(*google.tree("one"))
    assert [name.split("/")[2] for name in made] == [
        *("campaignBudgets", "campaigns", "campaignCriteria", "adGroups", "adGroupCriteria", "adGroupAds")
    ]
    (row,) = google.search(EVERYTHING)
    assert (row.campaign.name, row.campaign.status.name) == ("one", "ENABLED")
    assert row.campaign_budget.amount_micros == 50_000_000_000
    assert (row.ad_group.name, row.ad_group_ad.status.name) == ("ad group", "ENABLED")
    assert (row.customer.currency_code, row.ad_group_ad.resource_name) == ("COP", made[-1])
    assert google.stream(EVERYTHING) == [row]


def test_all_or_nothing(google: Any) -> None:
    operations = [*google.tree()[:4], google.keyword("x" * 81)]
    assert google.refused(*operations) == [
        (
            "criterion_error",
            "KEYWORD_TEXT_TOO_LONG",
            "mutate_operations[4].ad_group_criterion_operation.create.keyword.text",
        )
    ]
    assert google.search("SELECT campaign.id FROM campaign") == []
    assert google.search("SELECT campaign_budget.id FROM campaign_budget") == []


def test_every_error_is_told_and_children_wait_for_their_parents(google: Any) -> None:
    found = google.refused(google.budget(), google.campaign(name="a\nb", manual_cpc=None), google.ad_group())
    assert [(name, place.partition(".")[0]) for _, name, place in found] == [
        ("INVALID_CAMPAIGN_NAME", "mutate_operations[1]"),
        ("REQUIRED", "mutate_operations[1]"),
        ("TEMP_ID_RESOURCE_HAD_ERRORS", "mutate_operations[2]"),
    ]


def test_a_temporary_name_is_of_one_request(google: Any) -> None:
    google.make(google.budget())
    ((category, name, place),) = google.refused(google.campaign())
    assert (category, name) == ("mutate_error", "RESOURCE_NOT_FOUND")
    assert place == "mutate_operations[0].campaign_operation.create.campaign_budget"


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("customers/{id}/campaigns/7", "CANNOT_SET_ID_FOR_CREATE"),
        ("customers/{id}/campaigns/-1", "DUPLICATE_TEMP_IDS"),
        ("customers/{id}/adGroups/-2", "RESOURCE_NAME_MALFORMED"),
        ("campaigns/-2", "RESOURCE_NAME_MALFORMED"),
    ],
)
def test_a_temporary_name_is_refused(shared: Any, name: str, error: str) -> None:
    found = shared.refused(shared.budget(), shared.campaign(resource_name=name.format(id=shared.id)))
    assert [one[1] for one in found] == [error]


def test_a_criterion_takes_no_name(shared: Any) -> None:
    named = shared.location(resource_name=shared.temporary("campaignCriteria", -9))
    found = shared.refused(shared.budget(), shared.campaign(), named)
    assert [one[1] for one in found] == ["INCONSISTENT_FIELD_VALUES"]


def test_validate_only_makes_nothing(google: Any) -> None:
    assert google.mutate(*google.tree(), validate_only=True).mutate_operation_responses == []
    assert google.search("SELECT campaign.id FROM campaign") == []
    found = google.refused(*google.tree(advertising_channel_type=None), validate_only=True)
    assert found[0][1] == "REQUIRED"
