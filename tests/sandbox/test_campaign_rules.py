"""What a campaign may not say, each with the platform's code, and what follows from what it does say."""

from typing import Any

import pytest

CAMPAIGNS = [
    ("no name", {"name": None}, None),
    ("a name too long", {"name": "x" * 401}, None),
    ("no objective", {"objective": None}, None),
    ("a legacy objective", {"objective": "LINK_CLICKS"}, None),
    ("an unknown objective", {"objective": "OUTCOME_FAME"}, None),
    ("no category", {"special_ad_categories": None}, None),
    ("a category that is no list", {"special_ad_categories": "EMPLOYMENT"}, None),
    ("an unknown category", {"special_ad_categories": ["JOBS"]}, None),
    ("the withdrawn category CREDIT", {"special_ad_categories": ["CREDIT"]}, None),
    ("NONE with another", {"special_ad_categories": ["NONE", "EMPLOYMENT"]}, None),
    (
        "politics without a country",
        {"special_ad_categories": ["ISSUES_ELECTIONS_POLITICS"], "special_ad_category_country": None},
        None,
    ),
    ("an unknown country", {"special_ad_category_country": ["XX"]}, None),
    ("no word on budget sharing", {"is_adset_budget_sharing_enabled": None}, 4834011),
    ("sharing and a campaign budget", {"daily_budget": 50_000}, 4834002),
    ("sharing without a bid strategy", {"is_adset_budget_sharing_enabled": True}, 4834005),
    ("a bid strategy without a budget", {"bid_strategy": "COST_CAP"}, None),
    (
        "two budgets",
        {"daily_budget": 50_000, "lifetime_budget": 90_000, "is_adset_budget_sharing_enabled": None},
        None,
    ),
    ("a budget too low", {"daily_budget": 1_999, "is_adset_budget_sharing_enabled": None}, 1885272),
    ("a fraction", {"daily_budget": "50000.5", "is_adset_budget_sharing_enabled": None}, None),
    ("reservation buying", {"buying_type": "RESERVED"}, None),
    ("an unknown buying type", {"buying_type": "BARTER"}, None),
    ("Advantage+ app campaigns", {"smart_promotion_type": "SMART_APP_PROMOTION"}, None),
    ("made deleted", {"status": "DELETED"}, None),
    ("an unknown status", {"status": "RUNNING"}, None),
    ("a read-only time", {"start_time": "2026-11-01"}, None),
    ("an unknown parameter", {"colour": "red"}, None),
    ("a removed parameter", {"date_format": "U"}, None),
    ("an unknown execution option", {"execution_options": ["dry_run"]}, None),
]


@pytest.mark.parametrize(
    ("changes", "subcode"), [row[1:] for row in CAMPAIGNS], ids=[r[0] for r in CAMPAIGNS]
)
def test_a_campaign_is_refused(shared: Any, changes: dict[str, Any], subcode: int | None) -> None:
    shared.check_refused("campaigns", shared.campaign_values() | changes, subcode, changes)


def test_the_category_country_defaults_to_the_country_of_taxation(client: Any) -> None:
    campaign_id = client.campaign(special_ad_category_country=[])
    assert client.get(campaign_id, fields="special_ad_category_country")["special_ad_category_country"] == [
        "CO"
    ]


def test_a_campaign_budget_leaves_none_to_its_ad_sets(client: Any) -> None:
    campaign_id = client.campaign(
        is_adset_budget_sharing_enabled=None, daily_budget=50_000, bid_strategy="LOWEST_COST_WITHOUT_CAP"
    )
    values = client.ad_set_values(campaign_id)
    client.check_refused("adsets", values, 1885621)


def test_a_campaign_has_at_most_200_ad_sets(client: Any) -> None:
    campaign_id = client.campaign()
    for _ in range(200):
        client.ad_set(campaign_id)
    client.check_refused("adsets", client.ad_set_values(campaign_id), None)
