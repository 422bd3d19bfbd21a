"""What an ad set may not say, but for whom it reaches."""

from typing import Any

import pytest

AD_SETS = [
    ("no name", {"name": None}, None),
    ("a name too long", {"name": "x" * 401}, None),
    ("no campaign", {"campaign_id": None}, None),
    ("no such campaign", {"campaign_id": "120299999999999999"}, 33),
    ("no billing event", {"billing_event": None}, None),
    ("no goal", {"optimization_goal": None}, None),
    ("no targeting", {"targeting": None}, None),
    ("no location", {"targeting": {"targeting_automation": {"advantage_audience": 0}}}, None),
    ("no budget", {"daily_budget": None}, None),
    ("two budgets", {"lifetime_budget": 900_000, "end_time": "2026-11-01"}, None),
    ("a fraction", {"daily_budget": "12.5"}, None),
    ("a negative budget", {"daily_budget": -5}, None),
    ("a budget of nothing", {"daily_budget": 0}, None),
    ("a budget in words", {"daily_budget": "much"}, None),
    ("a budget with separators", {"daily_budget": "50,000"}, None),
    ("a true budget", {"daily_budget": True}, None),
    ("a budget too low", {"daily_budget": 1_999}, 1885272),
    ("a lifetime budget without end", {"daily_budget": None, "lifetime_budget": 900_000}, None),
    (
        "a lifetime budget too low for its days",
        {"daily_budget": None, "lifetime_budget": 19_999, "end_time": "2026-10-11T09:00:00"},
        1885272,
    ),
    ("an end before the start", {"end_time": "2026-10-03", "start_time": "2026-10-05"}, None),
    ("an end in the past", {"end_time": "2026-09-01"}, None),
    ("a day too short for a daily budget", {"end_time": "2026-10-02T08:00:00"}, None),
    ("no date at all", {"end_time": "soon"}, None),
    ("a cap without a bid", {"bid_strategy": "COST_CAP"}, 1815857),
    ("a bid without a cap", {"bid_amount": 500}, None),
    (
        "a budget below the bid",
        {"bid_strategy": "LOWEST_COST_WITH_BID_CAP", "bid_amount": 60_000},
        1885272,
    ),
    ("a goal of another objective", {"optimization_goal": "LEAD_GENERATION"}, None),
    ("an unknown goal", {"optimization_goal": "HAPPINESS"}, None),
    ("an unknown destination", {"destination_type": "MOON"}, None),
    ("a billing event that does not fit", {"billing_event": "LINK_CLICKS"}, None),
    ("an event nobody asked for", {"promoted_object": {"custom_event_type": "LEAD"}}, None),
    ("a promoted object with an unknown key", {"promoted_object": {"planet": "1"}}, None),
    ("an unknown parameter", {"colour": "red"}, None),
    ("a removed parameter", {"date_format": "U"}, None),
    ("an ad set goal outside sales", {"ad_set_goal": {"type": 0}}, 1870252),
    ("a narrow goal", {"ad_set_goal": {"type": 2}}, 1870261),
    ("bid adjustments", {"bid_adjustments": {"age_range": {"18-24": 0.5}}}, 2909035),
]


@pytest.mark.parametrize(("changes", "subcode"), [row[1:] for row in AD_SETS], ids=[r[0] for r in AD_SETS])
def test_an_ad_set_is_refused(
    shared: Any, campaign_id: str, changes: dict[str, Any], subcode: int | None
) -> None:
    shared.check_refused("adsets", shared.ad_set_values(campaign_id) | changes, subcode, changes)


def test_a_conversion_goal_needs_its_pixel(client: Any) -> None:
    campaign_id = client.campaign(objective="OUTCOME_LEADS")
    goal = {"optimization_goal": "OFFSITE_CONVERSIONS"}
    client.check_refused("adsets", client.ad_set_values(campaign_id, **goal), None)
    event = {"pixel_id": "123", "custom_event_type": "SUBMIT_APPLICATION"}
    ad_set_id = client.ad_set(campaign_id, **goal, promoted_object=event)
    error = client.refused("POST", ad_set_id, optimization_goal="LINK_CLICKS")
    assert (error["code"], error["error_subcode"]) == (100, 3260011)
