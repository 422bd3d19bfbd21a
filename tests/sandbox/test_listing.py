"""Lists: filtering, statuses, paging; strict about every name."""

from typing import Any

import pytest
from facebook_business.adobjects.campaign import Campaign


@pytest.fixture
def seven(client: Any) -> list[str]:
    return [client.campaign(name=f"Welder {number} [adflux:{number:04x}]") for number in range(7)]


def ids(reply: Any) -> list[str]:
    return [row["id"] for row in reply["data"]]


@pytest.mark.parametrize(
    ("field", "operator", "value", "expected"),
    [
        ("name", "CONTAIN", "[adflux:0003]", [3]),
        ("name", "CONTAIN", "WELDER 4", [4]),
        ("name", "NOT_CONTAIN", "adflux:000", []),
        ("name", "EQUAL", "Welder 2 [adflux:0002]", [2]),
        ("id", "IN", [1, 5], [5, 1]),
        ("id", "NOT_IN", [0, 1, 2, 3, 4], [6, 5]),
        ("campaign.id", "EQUAL", 6, [6]),
        ("effective_status", "IN", ["PAUSED"], [6, 5, 4, 3, 2, 1, 0]),
        ("effective_status", "IN", ["ACTIVE"], []),
        ("objective", "EQUAL", "OUTCOME_LEADS", []),
        ("created_time", "GREATER_THAN", 1_700_000_000, [6, 5, 4, 3, 2, 1, 0]),
    ],
)
def test_filtering(
    client: Any, seven: list[str], field: str, operator: str, value: Any, expected: list[int]
) -> None:
    if field.endswith("id"):
        value = [seven[i] for i in value] if isinstance(value, list) else seven[value]
    found = client.get("act/campaigns", filtering=[{"field": field, "operator": operator, "value": value}])
    assert ids(found) == [seven[i] for i in expected]


@pytest.mark.parametrize(
    "wrong",
    [
        {"filtering": [{"field": "colour", "operator": "EQUAL", "value": "red"}]},
        {"filtering": [{"field": "adset.name", "operator": "EQUAL", "value": "x"}]},
        {"filtering": [{"field": "name", "operator": "LIKE", "value": "x"}]},
        {"filtering": [{"field": "id", "operator": "IN", "value": "1"}]},
        {"filtering": [{"field": "name", "value": "1"}]},
        {"filtering": {"field": "name"}},
        {"filtering": "name"},
        {"effective_status": ["SLEEPING"]},
        {"effective_status": ["DELETED"]},
        {"fields": "id,colour"},
        {"fields": "execution_options"},
        {"fields": "id,name{"},
        {"limit": "many"},
        {"limit": 0},
        {"after": "nowhere"},
        {"order": "asc"},
        {"pretty": "1"},
        {"date_format": "U"},
    ],
    ids=str,
)
def test_an_unknown_word_is_refused(client: Any, wrong: dict[str, Any]) -> None:
    assert client.refused("GET", "act/campaigns", **wrong)["code"] in (100, 2500)


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "act/unicorns", 2500),
        ("POST", "act/minimum_budgets", 2500),
        ("GET", "act_1/campaigns", 100),
        ("GET", "120299999999999999", 100),
        ("DELETE", "me", 2500),
        ("GET", "unicorns", 2500),
        ("GET", "search", 100),
    ],
)
def test_an_unknown_path_is_refused(client: Any, method: str, path: str, code: int) -> None:
    error = client.refused(method, path)
    assert error["code"] == code
    if path[:3] in ("120", "act_"):
        assert (error["error_subcode"], error["type"]) == (33, "GraphMethodException")


def test_paging_says_next_only_when_there_is_more(client: Any, seven: list[str]) -> None:
    first = client.get("act/campaigns", limit=3, fields="name")
    assert ids(first) == seven[:3:-1]
    assert "previous" not in first["paging"]
    second = client.raw.get(first["paging"]["next"], timeout=10).json()
    assert ids(second) == seven[3:0:-1]
    third = client.get("act/campaigns", limit=3, after=second["paging"]["cursors"]["after"])
    assert ids(third) == [seven[0]]
    assert "next" not in third["paging"]
    back = client.get("act/campaigns", limit=3, before=third["paging"]["cursors"]["before"])
    assert ids(back) == ids(second)


def test_a_page_has_25_unless_asked(client: Any) -> None:
    for _ in range(26):
        client.campaign()
    assert [len(page) for page in client.pages("act/campaigns")] == [25, 1]
    assert [len(page) for page in client.pages("act/campaigns", limit=26)] == [26]


def test_what_is_made_meanwhile_does_not_shift_the_pages(client: Any, seven: list[str]) -> None:
    first = client.get("act/campaigns", limit=4)
    client.campaign(name="newcomer")
    second = client.get("act/campaigns", limit=4, after=first["paging"]["cursors"]["after"])
    assert ids(first) + ids(second) == seven[::-1]


def test_the_sdks_cursor_and_its_summary(client: Any, seven: list[str]) -> None:
    cursor = client.account.get_campaigns(fields=["name"], params={"limit": 2})
    assert [row["id"] for row in cursor] == seven[::-1]
    assert cursor.total() == 7


def test_children(client: Any) -> None:
    campaign_id, ad_set_id, ad_id = client.tree(status="PAUSED")
    client.ad_set(client.campaign())
    campaign = Campaign(campaign_id, api=client.api)
    assert [row["id"] for row in campaign.get_ad_sets()] == [ad_set_id]
    assert [row["id"] for row in campaign.get_ads()] == [ad_id]
    assert ids(client.get(f"{ad_set_id}/ads", fields="name")) == [ad_id]
    mine = {"field": "campaign.id", "operator": "EQUAL", "value": campaign_id}
    assert ids(client.get("act/ads", filtering=[mine])) == [ad_id]
    assert ids(client.get(f"{ad_id}/adcreatives")) == ids(client.get("act/adcreatives"))


def test_places_can_be_searched(client: Any) -> None:
    found = client.get("search", type="adgeolocation", q="medell", location_types=["city"])["data"]
    assert [(row["name"], row["country_code"], row["type"]) for row in found] == [("Medellín", "CO", "city")]
    client.ad_set(
        client.campaign(),
        targeting={
            "geo_locations": {"cities": [{"key": found[0]["key"]}]},
            "targeting_automation": {"advantage_audience": 0},
        },
    )
