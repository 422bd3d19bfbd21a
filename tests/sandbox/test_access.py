"""Versions, tokens, rate limits and what every reply carries."""

import json
from typing import Any

import pytest


def test_other_versions_are_refused(client: Any) -> None:
    for version in ("v24.0", "v25.0", "v99.0", "latest"):
        url = f"{client.world.meta_graph_url}/{version}/me"
        reply = client.raw.get(url, params=client.access, timeout=10)
        assert (reply.status_code, reply.json()["error"]["code"]) == (400, 2635)


@pytest.mark.parametrize(
    ("access", "code"),
    [
        ({}, 190),
        ({"access_token": "wrong"}, 190),
        ({"appsecret_proof": "wrong"}, 104),
        ({"appsecret_proof": None}, 104),
    ],
    ids=str,
)
def test_who_is_not_known_is_refused(client: Any, access: dict[str, Any], code: int) -> None:
    params = client.access | access if access else {}
    error = client.raw.get(client.url("me"), params=params, timeout=10).json()["error"]
    assert (error["code"], error["type"]) == (code, "OAuthException")


def test_the_token_may_come_in_a_header(client: Any) -> None:
    params = {"appsecret_proof": client.access["appsecret_proof"]}
    headers = {"Authorization": f"Bearer {client.access['access_token']}"}
    assert client.raw.get(client.url("me"), params=params, headers=headers, timeout=10).status_code == 200
    headers = {"Authorization": "Bearer wrong"}
    reply = client.raw.get(client.url("me"), params=params, headers=headers, timeout=10)
    assert reply.json()["error"]["code"] == 190


def test_every_reply_tells_version_and_usage(client: Any) -> None:
    for reply in (client.call("GET", "me"), client.call("GET", "act/unicorns")):
        assert reply.headers["facebook-api-version"] == "v26.0"
        assert set(json.loads(reply.headers["X-App-Usage"])) == {"call_count", "total_time", "total_cputime"}
        business = json.loads(reply.headers["X-Business-Use-Case-Usage"])[client.world.account.number][0]
        assert business["type"] == "ads_management"
        assert business["ads_api_access_tier"] == "standard_access"
    insights = client.call("GET", "act/insights")
    assert "acc_id_util_pct" in json.loads(insights.headers["X-FB-Ads-Insights-Throttle"])


def test_a_limited_account_is_throttled_and_recovers(client: Any) -> None:
    client.world.control("POST", "tier", {"tier": "limited"})
    for _ in range(20):  # a write costs three of sixty points
        client.campaign()
    reply = client.call("GET", "me")
    assert reply.status_code == 400
    assert (reply.json()["error"]["code"], reply.json()["error"]["error_subcode"]) == (17, 2446079)
    usage = json.loads(reply.headers["X-Ad-Account-Usage"])
    assert usage["acc_id_util_pct"] == 100
    assert 290 < usage["reset_time_duration"] <= 300
    business = json.loads(reply.headers["X-Business-Use-Case-Usage"])[client.world.account.number][0]
    assert business["estimated_time_to_regain_access"] == 5
    client.world.control("POST", "clock", {"advance_seconds": 301})
    client.campaign()


def test_calls_are_recorded_without_secrets(client: Any) -> None:
    client.campaign(name="seen")
    client.call("GET", "act/unicorns")
    control = client.world.control
    made, wrong = control("GET", "calls")["calls"]
    assert (made["method"], made["status"], made["params"]["name"]) == ("POST", 200, "seen")
    assert made["path"] == f"{client.world.meta_ad_account_id}/campaigns"
    assert made["params"]["access_token"] == made["params"]["appsecret_proof"] == "***"
    assert client.access["access_token"] not in json.dumps(made)
    assert wrong["status"] == 400
    assert control("GET", "calls", {"since_index": wrong["index"]})["calls"] == [wrong]
    control("DELETE", "calls")
    assert control("GET", "calls")["calls"] == []


def test_a_refusal_is_logged(client: Any, caplog: pytest.LogCaptureFixture) -> None:
    client.refused("POST", "act/campaigns", name="x", colour="red")
    assert 'The parameter "colour" does not exist' in caplog.text
    assert client.access["access_token"] not in caplog.text
