"""Scripted faults: what each does to the client, and to what it asked for."""

import threading
from collections.abc import Callable
from typing import Any

import grpc
import pytest
from google.ads.googleads.errors import GoogleAdsException
from google.api_core import exceptions

from sandbox.faults import FaultError

NAME = "SELECT campaign_budget.name FROM campaign_budget"
MUTATE, SEARCH = "GoogleAdsService/Mutate$", "GoogleAdsService/Search$"
FAILURE_KEY = "google.ads.googleads.v26.errors.googleadsfailure-bin"


def made(google: Any) -> int:
    return len(google.search(NAME))


def until(condition: Callable[[], Any]) -> Any:
    for _ in range(1000):
        if found := condition():
            return found
        threading.Event().wait(0.01)
    pytest.fail(f"never: {condition}")


def code_of(error: Any) -> tuple[str, str]:
    raw = type(error).pb(error).error_code
    category = raw.WhichOneof("error_code")
    number = getattr(raw, category)
    return category, raw.DESCRIPTOR.fields_by_name[category].enum_type.values_by_number[number].name


@pytest.mark.parametrize("after_commit", [False, True])
def test_any_error_of_the_api(google: Any, after_commit: bool) -> None:
    script = {"category": "campaign_error", "name": "DUPLICATE_CAMPAIGN_NAME", "operation_index": 3}
    google.fault("google_ads_error", path=MUTATE, after_commit=after_commit, **script)
    ((category, name, place),) = google.refused(google.budget())
    assert (category, name, place) == ("campaign_error", "DUPLICATE_CAMPAIGN_NAME", "mutate_operations[3]")
    assert made(google) == after_commit
    assert google.calls()[0]["status"] == grpc.StatusCode.INVALID_ARGUMENT.value[0]


@pytest.mark.parametrize(
    ("kind", "details", "status", "code"),
    [
        ("concurrent_modification", {}, "ABORTED", ("database_error", "CONCURRENT_MODIFICATION")),
        ("revoked_token", {}, "UNAUTHENTICATED", ("authentication_error", "OAUTH_TOKEN_REVOKED")),
        (
            "google_ads_error",
            {"category": "internal_error", "name": "TRANSIENT_ERROR"},
            "UNAVAILABLE",
            ("internal_error", "TRANSIENT_ERROR"),
        ),
        (
            "google_ads_error",
            {"category": "request_error", "name": "UNKNOWN", "status": "FAILED_PRECONDITION"},
            "FAILED_PRECONDITION",
            ("request_error", "UNKNOWN"),
        ),
    ],
    ids=str,
)
def test_a_failure_with_its_status(
    google: Any, kind: str, details: dict[str, str], status: str, code: tuple[str, str]
) -> None:
    google.fault(kind, method="GRPC", **details)
    with pytest.raises(GoogleAdsException) as caught:
        google.mutate(google.budget())
    assert caught.value.error.code() is grpc.StatusCode[status]
    assert code_of(caught.value.failure.errors[0]) == code
    assert caught.value.request_id == caught.value.failure.request_id


def test_quota_says_how_long_to_wait(google: Any) -> None:
    google.fault("quota", method="GRPC", seconds=7)
    with pytest.raises(exceptions.ResourceExhausted) as caught:
        google.search(NAME)
    told = failure_of(google, caught.value).errors[0]
    assert code_of(told) == ("quota_error", "RESOURCE_TEMPORARILY_EXHAUSTED")
    details = told.details.quota_error_details
    assert (details.retry_delay.seconds, details.rate_scope.name) == (7, "DEVELOPER")
    assert google.search(NAME) == []


def failure_of(google: Any, error: Any) -> Any:
    trailing = dict(error.response.trailing_metadata())
    return type(google.client.get_type("GoogleAdsFailure")).deserialize(trailing[FAILURE_KEY])


def test_an_internal_error_keeps_its_failure_in_the_trailers(google: Any) -> None:
    google.fault("google_ads_error", method="GRPC")
    with pytest.raises(exceptions.InternalServerError) as caught:
        google.search(NAME)
    assert code_of(failure_of(google, caught.value).errors[0]) == ("internal_error", "INTERNAL_ERROR")


@pytest.mark.parametrize(
    ("kind", "details", "kept"),
    [
        ("grpc_status", {}, 0),
        ("grpc_status", {"after_commit": True}, 1),
        ("drop_before_commit", {}, 0),
        ("drop_after_commit", {}, 1),
        ("late_commit", {}, 0),
    ],
    ids=str,
)
def test_unavailable_without_a_failure(google: Any, kind: str, details: dict[str, Any], kept: int) -> None:
    google.fault(kind, path=MUTATE, **details)
    with pytest.raises(exceptions.ServiceUnavailable) as caught:
        google.mutate(google.budget())
    assert FAILURE_KEY not in dict(caught.value.response.trailing_metadata() or ())
    assert made(google) == kept
    assert google.world.control("POST", "flush") == {"applied": int(kind == "late_commit")}
    assert made(google) == kept or kind == "late_commit"
    call = google.calls()[0]
    assert (call["fault"], call["status"]) == (kind, 14 if kind == "grpc_status" else None)


def test_a_late_write_comes_with_the_clock(google: Any) -> None:
    google.fault("late_commit", path=MUTATE, seconds=60)
    with pytest.raises(exceptions.ServiceUnavailable):
        google.mutate(google.budget())
    google.world.control("POST", "clock", {"advance_seconds": 59})
    assert made(google) == 0
    google.world.control("POST", "clock", {"advance_seconds": 1})
    assert made(google) == 1


@pytest.mark.parametrize("after_commit", [False, True])
def test_a_call_that_is_never_answered(google: Any, after_commit: bool) -> None:
    google.search(NAME)  # the first call also fetches the token
    google.fault("hung", path=MUTATE, after_commit=after_commit)
    request = {"customer_id": google.id, "mutate_operations": [google.budget()]}
    with pytest.raises(exceptions.DeadlineExceeded):
        google.service.mutate(request=request, timeout=0.3)
    assert made(google) == after_commit


@pytest.mark.parametrize("lost", [False, True])
@pytest.mark.parametrize("after_commit", [False, True])
def test_a_held_call_is_let_go_or_lost(google: Any, after_commit: bool, lost: bool) -> None:
    google.search(NAME)
    google.fault("hold", path=MUTATE, after_commit=after_commit)
    request = {"customer_id": google.id, "mutate_operations": [google.budget()]}
    with pytest.raises(exceptions.DeadlineExceeded):
        google.service.mutate(request=request, timeout=0.3)
    (index,) = until(lambda: google.world.control("GET", "held")["held"])
    assert made(google) == after_commit
    assert google.world.control("POST", "release", {"lost": lost}) == {"released": [index]}
    until(lambda: made(google) == int(after_commit or not lost))

    def told() -> Any:
        return google.world.control("GET", "calls", {"since_index": index})["calls"][0]["status"]

    # Its client is gone, and what became of it is told all the same.
    until(lambda: lost or told() == 0)


def test_a_delay_is_only_a_delay(google: Any) -> None:
    google.fault("delay", path=MUTATE, seconds=0.01)
    assert google.make(google.budget())


@pytest.mark.parametrize(("rows", "seen"), [(0, 0), (7, 7)])
def test_a_stream_breaks_in_the_middle(google: Any, rows: int, seen: int) -> None:
    google.fault("stream_break", path="SearchStream", rows=rows)
    query = "SELECT geo_target_constant.id FROM geo_target_constant"
    found: list[Any] = []

    def read() -> None:
        for batch in google.service.search_stream(customer_id=google.id, query=query, timeout=20):
            found.extend(batch.results)

    with pytest.raises(exceptions.ServiceUnavailable):
        read()
    assert len(found) == seen


def test_a_policy_finding_and_a_disapproval(google: Any) -> None:
    google.fault("policy_finding", path=MUTATE, topic="CAPITALIZATION")
    found = google.refused(*google.tree())
    assert [one[1] for one in found] == ["POLICY_FINDING"]
    google.fault("disapprove", path=MUTATE, reason="EMPLOYMENT")
    google.make(*google.tree())
    google.days(2)
    (row,) = google.search(
        "SELECT ad_group_ad.policy_summary.approval_status, ad_group_ad.policy_summary.policy_topic_entries, "
        "ad_group_ad.primary_status FROM ad_group_ad"
    )
    summary = row.ad_group_ad.policy_summary
    assert (summary.approval_status.name, summary.policy_topic_entries[0].topic) == (
        "DISAPPROVED",
        "EMPLOYMENT",
    )
    assert row.ad_group_ad.primary_status.name == "NOT_ELIGIBLE"
    assert google.world.control("GET", "truth")["reported"] == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("campaign.status", "PAUSED"),
        ("campaign_budget.amount_micros", 90_000_000_000),
        ("campaign.network_settings.target_search_network", True),
    ],
)
def test_what_is_read_back_differs(google: Any, field: str, value: Any) -> None:
    google.fault("read_back_differs", path=MUTATE, field=field, value=value)
    google.make(*google.tree())
    query = ["SELECT", field, "FROM campaign"]
    assert google.value(" ".join(query)) == value


def test_what_is_made_is_listed_late(google: Any) -> None:
    google.fault("index_lag", path=MUTATE, seconds=30)
    (name,) = google.make(google.budget())
    assert google.search(NAME) == []
    google.make(google.update("campaign_budget", name, "name", name="renamed"))
    google.world.control("POST", "clock", {"advance_seconds": 30})
    assert google.value(NAME) == "renamed"


def test_faults_of_one_platform_leave_the_other_alone(google: Any) -> None:
    google.fault("graph_error")
    google.fault("quota")
    with pytest.raises(exceptions.ResourceExhausted):
        google.search(NAME)
    assert google.search(NAME) == []
    left = [one["kind"] for one in google.world.control("GET", "faults")["faults"]]
    assert left == ["graph_error"]


@pytest.mark.parametrize(
    "script",
    [
        {"kind": "google_ads_error", "category": "weather_error"},
        {"kind": "google_ads_error", "name": "RAIN"},
        {"kind": "quota", "name": "RAIN"},
        {"kind": "grpc_status", "status": "RAIN"},
        {"kind": "policy_finding", "type": "RAIN"},
        {"kind": "read_back_differs", "field": "campaign.RAIN", "value": 1},
    ],
    ids=str,
)
def test_a_script_without_sense_is_refused(shared: Any, script: dict[str, str]) -> None:
    with pytest.raises(FaultError, match=r"RAIN|weather|type must be"):
        shared.world.control("POST", "faults", script)
