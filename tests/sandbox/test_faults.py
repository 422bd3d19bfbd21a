"""Each scripted fault does what it says, once per `times`, and nothing else."""

import json
import threading
from typing import Any

import pytest
import requests

from sandbox import faults
from sandbox.faults import FaultError


def campaigns(client: Any) -> list[str]:
    return [row["id"] for row in client.get("act/campaigns", limit=100)["data"]]


def create(client: Any) -> requests.Response:
    return client.call("POST", "act/campaigns", **client.campaign_values())


def last_call(client: Any) -> dict[str, Any]:
    return dict(client.world.control("GET", "calls")["calls"][-1])


REPLIES = [
    ("graph_error", {}, 500, 1),
    ("graph_error", {"code": 2, "http_status": 400, "message": "x", "is_transient": True}, 400, 2),
    ("throttle", {}, 400, 17),
    ("throttle", {"code": 613, "subcode": 1487742}, 400, 613),
    ("throttle", {"code": 80004, "minutes": 7}, 400, 80004),
    ("revoked_token", {}, 400, 190),
    ("html_502", {}, 502, None),
    ("plain_500", {}, 500, None),
    ("json_without_error_500", {}, 500, None),
    ("empty_200", {}, 200, None),
    ("non_json_200", {}, 200, None),
]


@pytest.mark.parametrize(("kind", "details", "status", "code"), REPLIES, ids=str)
def test_a_false_reply(
    client: Any, kind: str, details: dict[str, Any], status: int, code: int | None
) -> None:
    client.fault(kind, method="POST", path="campaigns", **details)
    client.get("act/campaigns")  # another method: not meant
    reply = create(client)
    assert reply.status_code == status
    if code is not None:
        assert reply.json()["error"]["code"] == code
    elif kind == "json_without_error_500":
        assert "error" not in reply.json()
    else:
        with pytest.raises(ValueError, match="Expecting value"):
            reply.json()
    assert last_call(client)["fault"] == kind
    assert campaigns(client) == []
    assert create(client).status_code == 200  # the script is used up
    assert client.world.control("GET", "faults") == {"faults": []}


def test_a_scripted_throttle_tells_how_long(client: Any) -> None:
    client.fault("throttle", minutes=7)
    reply = client.call("GET", "me")
    usage = json.loads(reply.headers["X-Business-Use-Case-Usage"])[client.world.account.number][0]
    assert (usage["call_count"], usage["estimated_time_to_regain_access"]) == (100, 7)
    account = json.loads(reply.headers["X-Ad-Account-Usage"])
    assert (account["acc_id_util_pct"], account["reset_time_duration"]) == (100, 420)


AFTER = [kind for kind, details in faults.REPLIES.items() if "after_commit" in details]


@pytest.mark.parametrize("kind", AFTER)
def test_a_false_reply_after_the_deed(client: Any, kind: str) -> None:
    client.fault(kind, method="POST", after_commit=True)
    create(client)
    assert len(campaigns(client)) == 1


@pytest.mark.parametrize(("kind", "made"), [("drop_before_commit", 0), ("drop_after_commit", 1)])
def test_a_dropped_connection(client: Any, kind: str, made: int) -> None:
    client.fault(kind, method="POST")
    with pytest.raises(requests.ConnectionError):
        create(client)
    assert last_call(client)["status"] is None
    assert len(campaigns(client)) == made


def test_a_late_commit_waits_for_time_or_a_flush(client: Any) -> None:
    client.fault("late_commit", method="POST", times=2, seconds=60)
    for _ in range(2):
        with pytest.raises(requests.ConnectionError):
            create(client)
    assert campaigns(client) == []
    client.world.control("POST", "clock", {"advance_seconds": 59})
    assert campaigns(client) == []
    client.world.control("POST", "clock", {"advance_seconds": 1})
    assert len(campaigns(client)) == 2
    client.fault("late_commit", method="POST")
    with pytest.raises(requests.ConnectionError):
        create(client)
    assert client.world.control("POST", "flush") == {"applied": 1}
    assert len(campaigns(client)) == 3


def test_a_late_activation_can_win_against_a_pause(client: Any) -> None:
    campaign_id, _, _ = client.tree()
    client.post(campaign_id, status="PAUSED")
    client.fault("late_commit", method="POST", path=campaign_id)
    with pytest.raises(requests.ConnectionError):
        client.call("POST", campaign_id, status="ACTIVE")
    client.post(campaign_id, status="PAUSED")
    client.days(2)
    assert client.get(campaign_id, fields="status")["status"] == "ACTIVE"
    assert client.truth()["reported"]


@pytest.mark.parametrize("after_commit", [False, True])
def test_a_delay_outlasts_the_clients_patience(client: Any, after_commit: bool) -> None:
    """The one fault that waits: the client gives up and the write still happens, sooner or later."""
    client.fault("delay", method="POST", seconds=0.5, after_commit=after_commit)
    values = {n: v if isinstance(v, str) else json.dumps(v) for n, v in client.campaign_values().items()}
    with pytest.raises(requests.ReadTimeout):
        client.raw.post(client.url("act/campaigns"), params=client.access, data=values, timeout=0.05)
    if not after_commit:
        assert campaigns(client) == []
    while not campaigns(client):
        threading.Event().wait(0.01)
    calls = client.world.control("GET", "calls")["calls"]
    [status] = [call["status"] for call in calls if call["method"] == "POST"]
    assert status in ((None,) if after_commit else (None, 200))


def test_latency_is_added_to_every_call(client: Any) -> None:
    client.world.control("POST", "latency", {"seconds": 0.05})
    assert client.call("GET", "me").elapsed.total_seconds() >= 0.05
    client.world.control("POST", "latency", {"seconds": 0})
    with pytest.raises(ValueError, match="negative"):
        client.world.control("POST", "latency", {"seconds": -1})


def test_index_lag_hides_what_is_new_from_lists_only(client: Any) -> None:
    client.fault("index_lag", method="POST", path="/campaigns$", seconds=90)
    made = create(client).json()["id"]
    named = [{"field": "name", "operator": "CONTAIN", "value": "camp"}]
    assert client.get("act/campaigns", filtering=named)["data"] == []
    assert client.get(made, fields="name")["name"] == "campaign"
    client.world.control("POST", "clock", {"advance_seconds": 90})
    assert campaigns(client) == [made]


@pytest.fixture
def ten(client: Any) -> list[str]:
    return [client.campaign() for _ in range(10)][::-1]


def listed(client: Any) -> list[list[str]]:
    return [[row["id"] for row in page] for page in client.pages("act/campaigns", limit=4)]


def test_an_empty_page_in_the_middle(client: Any, ten: list[str]) -> None:
    client.fault("empty_middle_page", method="GET", path="campaigns")
    assert listed(client) == [ten[:4], [], ten[4:8], ten[8:]]
    client.fault("empty_middle_page", method="GET", path="campaigns")
    assert len(list(client.account.get_campaigns(params={"limit": 4}))) == 4  # the SDK's own cursor stops


def test_a_cursor_that_leads_back_to_itself(client: Any, ten: list[str]) -> None:
    client.fault("cursor_loop", path="campaigns", times=3)
    first = client.get("act/campaigns", limit=4)
    after = first["paging"]["cursors"]["after"]
    for _ in range(3):
        page = client.get("act/campaigns", limit=4, after=after)
        assert [row["id"] for row in page["data"]] == ten[4:8]
        assert page["paging"]["cursors"]["after"] == after
        assert "next" in page["paging"]
    assert client.get("act/campaigns", limit=4, after=after)["paging"]["cursors"]["after"] != after


def test_a_row_told_twice(client: Any, ten: list[str]) -> None:
    client.fault("repeated_row", path="campaigns")
    assert listed(client) == [ten[:4], [ten[3], *ten[4:8]], ten[8:]]


def test_what_is_read_back_differs(client: Any) -> None:
    campaign_id = client.campaign()
    client.fault("read_back_differs", path="/adsets$", field="daily_budget", value=5_000_000)
    ad_set_id = client.ad_set(campaign_id)
    assert client.get(ad_set_id, fields="daily_budget")["daily_budget"] == "5000000"


def test_rows_have_a_field_that_nobody_asked_for(three: Any) -> None:
    plain = three.daily()
    three.fault("unknown_field", path="insights$", value="7")
    assert three.daily() == [{**row, "attention_index": "7"} for row in plain] != []
    assert three.daily() == plain


def test_times_path_and_clearing(client: Any) -> None:
    client.fault("plain_500", path=r"act_\d+/campaigns$", method="post", times=3)
    assert create(client).status_code == 500
    assert client.call("GET", "me").status_code == 200
    [left] = client.world.control("GET", "faults")["faults"]
    assert (left["kind"], left["method"], left["left"]) == ("plain_500", "POST", 2)
    client.world.control("DELETE", "faults")
    assert create(client).status_code == 200


def test_faults_strike_inside_a_batch(client: Any) -> None:
    body = requests.models.RequestEncodingMixin._encode_params(
        {n: v if isinstance(v, str) else json.dumps(v) for n, v in client.campaign_values().items()}
    )
    item = {"method": "POST", "relative_url": f"{client.world.meta_ad_account_id}/campaigns", "body": body}
    client.fault("drop_after_commit", path="campaigns")
    client.fault("html_502", path="campaigns")
    replies = client.post("", batch=[item, item, item])
    assert replies[0] is None
    assert [reply["code"] for reply in replies[1:]] == [502, 200]
    assert len(campaigns(client)) == 2


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ({"kind": "earthquake"}, "unknown kind"),
        ({}, "unknown kind"),
        ({"kind": "plain_500", "colour": "red"}, "does not know colour"),
        ({"kind": "plain_500", "times": 0}, "times must be"),
        ({"kind": "plain_500", "times": True}, "times must be"),
        ({"kind": "plain_500", "path": "("}, "no regular expression"),
        ({"kind": "read_back_differs", "field": "name"}, "needs the field and the value"),
    ],
    ids=str,
)
def test_a_script_without_sense_is_refused(client: Any, script: dict[str, Any], why: str) -> None:
    with pytest.raises(FaultError, match=why):
        client.world.control("POST", "faults", script)
    url = f"{client.world.meta_graph_url}/_sandbox/faults"
    reply = client.raw.post(url, json=script, timeout=10)
    assert reply.status_code == 400
    assert why in reply.json()["error"]
