"""What is configured, what is effective, and what gets reviewed."""

from typing import Any

import pytest


def effective(client: Any, node_id: str) -> str:
    return str(client.get(node_id, fields="effective_status")["effective_status"])


def seen(client: Any, node_id: str) -> dict[str, Any]:
    objects = client.world.control("GET", "objects")["objects"]
    return dict(next(node for node in objects if node["id"] == node_id))


@pytest.mark.parametrize(
    ("campaign", "ad_set", "ad", "expected"),
    [
        ("PAUSED", "ACTIVE", "ACTIVE", "CAMPAIGN_PAUSED"),
        ("ACTIVE", "PAUSED", "ACTIVE", "ADSET_PAUSED"),
        ("PAUSED", "PAUSED", "ACTIVE", "CAMPAIGN_PAUSED"),
        ("ACTIVE", "ACTIVE", "PAUSED", "PAUSED"),
        ("ACTIVE", "ACTIVE", "ACTIVE", "PENDING_REVIEW"),
        ("ARCHIVED", "ACTIVE", "ACTIVE", "ARCHIVED"),
        ("ACTIVE", "DELETED", "ACTIVE", "DELETED"),
    ],
)
def test_the_worst_above_decides(client: Any, campaign: str, ad_set: str, ad: str, expected: str) -> None:
    ids = client.tree()
    for node_id, status in zip(ids, (campaign, ad_set, ad), strict=True):
        client.post(node_id, status=status)
    assert effective(client, ids[2]) == expected
    assert client.get(ids[2], fields="status,configured_status")["configured_status"] == ad


def test_review_takes_place_when_time_passes_and_not_while_paused(client: Any) -> None:
    campaign_id, _, ad_id = client.tree()
    client.post(campaign_id, status="PAUSED")
    client.days(1)
    client.post(campaign_id, status="ACTIVE")
    assert effective(client, ad_id) == "PENDING_REVIEW"
    assert not seen(client, campaign_id)["delivers"]
    client.world.control("POST", "clock", {"advance_seconds": 1})
    assert effective(client, ad_id) == "ACTIVE"
    assert seen(client, campaign_id)["delivers"]


def test_new_targeting_or_creative_is_reviewed_again_and_a_budget_is_not(client: Any) -> None:
    _, ad_set_id, ad_id = client.tree()
    client.days(1)
    client.post(ad_set_id, daily_budget=60_000)
    assert effective(client, ad_id) == "ACTIVE"
    targeting = {"geo_locations": {"countries": ["PE"]}, "targeting_automation": {"advantage_audience": 0}}
    client.post(ad_set_id, targeting=targeting)
    assert effective(client, ad_id) == "PENDING_REVIEW"
    client.days(1)
    client.post(ad_id, creative={"creative_id": client.creative()})
    assert effective(client, ad_id) == "PENDING_REVIEW"


def test_a_disapproved_ad_says_why_and_does_not_spend(client: Any) -> None:
    client.fault("disapprove", path="/ads$", reason="Misleading", text="Unrealistic salary.")
    _, _, ad_id = client.tree()
    client.days(2)
    read = client.get(ad_id, fields="effective_status,ad_review_feedback")
    assert read["effective_status"] == "DISAPPROVED"
    assert read["ad_review_feedback"] == {"global": {"Misleading": "Unrealistic salary."}}
    assert client.truth()["reported"] == []


def test_issues_stop_delivery(client: Any) -> None:
    client.fault("with_issues", path="/adsets$")
    _, ad_set_id, _ = client.tree()
    client.days(2)
    read = client.get(ad_set_id, fields="effective_status,issues_info")
    assert read["effective_status"] == "WITH_ISSUES"
    assert read["issues_info"][0]["error_code"] == 2909035
    assert client.truth()["reported"] == []


def test_nothing_is_spent_outside_the_schedule(client: Any) -> None:
    _, _, ad_id = client.tree(start_time="2026-10-03T00:00:00", end_time="2026-10-06T00:00:00")
    client.days(10)
    days = [row["date_day"] for row in client.truth()["reported"] if row["ad_id"] == ad_id]
    assert days == ["2026-10-03", "2026-10-04", "2026-10-05"]


def test_paused_trees_never_spend(client: Any) -> None:
    for level in range(3):
        client.post(client.tree()[level], status="PAUSED")
    client.days(3)
    assert client.truth()["reported"] == []
    assert client.get("act", fields="amount_spent")["amount_spent"] == "0"
