"""Usage headers, as Meta writes them and as it should not: what they say about an account."""

from __future__ import annotations

import json

import pytest
from unhurried import Unhurried

from adflux_core.advertising import Allowance, Usage
from adflux_core.errors import AccountBlockedError, PlatformError, ThrottledError
from adflux_core.platforms.meta.client import Api, session_for
from adflux_core.platforms.meta.usage import usage_of
from sandbox.server import Sandbox

LIMITED, FULL = Allowance(points=60, hourly_calls=300), Allowance(points=9000, hourly_calls=100_000)
BUSINESS = "X-Business-Use-Case-Usage"
ENTRY = {"type": "ads_management", "call_count": 20, "total_cputime": 5, "total_time": 3}


@pytest.mark.parametrize(
    ("headers", "usage"),
    [
        ({}, Usage()),
        ({BUSINESS: "not json"}, Usage()),
        ({BUSINESS: "[null, 7]"}, Usage()),
        ({BUSINESS: json.dumps({"1": [{**ENTRY, "total_time": "much"}]})}, Usage(used=20)),
        ({BUSINESS: json.dumps({"1": [ENTRY, {**ENTRY, "total_cputime": 81}]})}, Usage(used=81)),
        ({BUSINESS: json.dumps({"1": [ENTRY], "2": [{**ENTRY, "call_count": 90}]})}, Usage(used=90)),
        (
            {BUSINESS: json.dumps({"1": [ENTRY, {**ENTRY, "estimated_time_to_regain_access": 3}]})},
            Usage(used=20, blocked_for=180),  # Meta's minutes
        ),
        (
            {BUSINESS: json.dumps({"1": [{**ENTRY, "ads_api_access_tier": "standard_access"}]})},
            Usage(allowance=FULL, used=20),
        ),
        ({BUSINESS: json.dumps({"1": [{**ENTRY, "ads_api_access_tier": "gold"}]})}, Usage(used=20)),
        (
            {"x-ad-account-usage": '{"acc_id_util_pct": 9.67, "ads_api_access_tier": "development_access"}'},
            Usage(allowance=LIMITED, score=9.67),
        ),
        # Until the score is full again Meta counts down: that is no block.
        ({"X-Ad-Account-Usage": '{"acc_id_util_pct": 50, "reset_time_duration": 290}'}, Usage(score=50)),
        ({"X-FB-Ads-Insights-Throttle": '{"app_id_util_pct": 12, "acc_id_util_pct": 85}'}, Usage(used=85)),
        ({"X-App-Usage": '{"call_count": 28, "total_time": 25, "total_cputime": 88}'}, Usage(used=88)),
    ],
)
def test_the_worst_of_all_entries_counts(headers: dict[str, str], usage: Usage) -> None:
    assert usage_of(headers) == usage


def test_every_reply_is_noted_whether_it_is_an_answer_or_an_error(world: Sandbox) -> None:
    governor = Unhurried()
    session = session_for(world.meta_graph_url, world.meta_access_token, world.meta_app_secret)
    api = Api(session, governor, world.meta_ad_account_id)
    api.call("GET", (world.meta_ad_account_id,), {"fields": "id"})
    world.control(
        "POST", "faults", {"method": "GET", "path": "act_", "times": 1, "kind": "throttle", "minutes": 4}
    )
    with pytest.raises(ThrottledError):
        api.call("GET", (world.meta_ad_account_id,), {"fields": "id"})
    answered, throttled = governor.noted
    assert (answered.allowance, answered.blocked_for) == (FULL, 0)
    assert throttled.blocked_for == 240


@pytest.mark.parametrize(
    ("code", "subcode", "expected", "rest"),
    [
        (17, 2446079, ThrottledError, 60),
        (613, None, AccountBlockedError, 3600),
        (613, 1487632, ThrottledError, 0),  # the budget of one ad set: the others go on
    ],
)
def test_what_concerns_one_object_does_not_stop_the_account(
    world: Sandbox, code: int, subcode: int | None, expected: type[PlatformError], rest: float
) -> None:
    governor = Unhurried()
    session = session_for(world.meta_graph_url, world.meta_access_token, world.meta_app_secret)
    fault = {"kind": "graph_error", "code": code, "subcode": subcode, "http_status": 400}
    world.control("POST", "faults", {"method": "GET", "path": "act_", "times": 1, **fault})
    with pytest.raises(expected):
        Api(session, governor, world.meta_ad_account_id).call("GET", (world.meta_ad_account_id,), {})
    assert governor.noted[-1].blocked_for == rest
