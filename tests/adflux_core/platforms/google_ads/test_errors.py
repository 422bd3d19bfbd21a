"""Each of Google's errors becomes the one of ours that says what to do; all can be pickled."""

from __future__ import annotations

import pickle

import pytest

from adflux_core.errors import (
    AccountBlockedError,
    AmbiguousError,
    CredentialsError,
    NotFoundError,
    PlatformError,
    ThrottledError,
    TooMuchDataError,
    UnavailableError,
    ValidationError,
)
from adflux_core.platforms.google_ads.errors import Told, classify, rest_after


def told(code: str, operation: int = -1, **more: object) -> Told:
    known: dict[str, object] = {"message": "No.", "field": "", "retry_after": 0.0, "topics": ()}
    return Told(code=code, operation=operation, **(known | more))  # type: ignore[arg-type]


def error(
    *codes: Told, status: str = "INVALID_ARGUMENT", details: str = "", writing: bool = True
) -> PlatformError:
    return classify(codes, status=status, details=details, writing=writing, request_id="r-1")


@pytest.mark.parametrize(
    ("code", "status", "read", "write"),
    [
        ("authentication_error.OAUTH_TOKEN_REVOKED", "UNAUTHENTICATED", CredentialsError, CredentialsError),
        (
            "authorization_error.USER_PERMISSION_DENIED",
            "PERMISSION_DENIED",
            CredentialsError,
            CredentialsError,
        ),
        (
            "authorization_error.CUSTOMER_NOT_ENABLED",
            "PERMISSION_DENIED",
            AccountBlockedError,
            AccountBlockedError,
        ),
        ("authorization_error.MISSING_TOS", "PERMISSION_DENIED", AccountBlockedError, AccountBlockedError),
        (
            "campaign_error.HEC_AGREEMENT_REQUIRED",
            "INVALID_ARGUMENT",
            AccountBlockedError,
            AccountBlockedError,
        ),
        ("quota_error.RESOURCE_EXHAUSTED", "RESOURCE_EXHAUSTED", ThrottledError, ThrottledError),
        ("quota_error.RESOURCE_TEMPORARILY_EXHAUSTED", "RESOURCE_EXHAUSTED", ThrottledError, ThrottledError),
        ("internal_error.TRANSIENT_ERROR", "INTERNAL", UnavailableError, AmbiguousError),
        ("internal_error.INTERNAL_ERROR", "INVALID_ARGUMENT", UnavailableError, AmbiguousError),
        ("campaign_error.INVALID_CAMPAIGN_NAME", "UNAVAILABLE", ValidationError, AmbiguousError),
        ("database_error.CONCURRENT_MODIFICATION", "ABORTED", UnavailableError, UnavailableError),
        ("mutate_error.RESOURCE_NOT_FOUND", "INVALID_ARGUMENT", NotFoundError, NotFoundError),
        ("policy_finding_error.POLICY_FINDING", "INVALID_ARGUMENT", ValidationError, ValidationError),
        ("string_length_error.TOO_LONG", "INVALID_ARGUMENT", ValidationError, ValidationError),
        ("unknown.UNKNOWN", "PERMISSION_DENIED", CredentialsError, CredentialsError),
    ],
)
def test_the_code_decides(
    code: str, status: str, read: type[PlatformError], write: type[PlatformError]
) -> None:
    assert type(error(told(code), status=status, writing=False)) is read
    assert type(error(told(code), status=status, writing=True)) is write


@pytest.mark.parametrize(
    ("status", "details", "read", "write"),
    [
        ("UNAVAILABLE", "Socket closed", UnavailableError, AmbiguousError),
        ("UNAVAILABLE", "failed to connect to all addresses; refused", UnavailableError, UnavailableError),
        (
            "UNAVAILABLE",
            "Getting metadata from plugin failed: invalid_grant",
            CredentialsError,
            CredentialsError,
        ),
        ("DEADLINE_EXCEEDED", "Deadline Exceeded", UnavailableError, AmbiguousError),
        ("INTERNAL", "", UnavailableError, AmbiguousError),
        ("UNKNOWN", "", UnavailableError, AmbiguousError),
        ("RESOURCE_EXHAUSTED", "", ThrottledError, ThrottledError),
        ("RESOURCE_EXHAUSTED", "CLIENT: Received message larger than max", TooMuchDataError, AmbiguousError),
        ("UNAUTHENTICATED", "", CredentialsError, CredentialsError),
        ("UNIMPLEMENTED", "", ValidationError, ValidationError),
    ],
)
def test_without_a_code_the_status_decides(
    status: str, details: str, read: type[PlatformError], write: type[PlatformError]
) -> None:
    assert type(error(status=status, details=details, writing=False)) is read
    assert type(error(status=status, details=details, writing=True)) is write


def test_the_first_operation_is_the_cause_and_the_rest_follows_from_it() -> None:
    cause = error(
        told("mutate_error.RESOURCE_NOT_FOUND", 4),
        told("campaign_error.DUPLICATE_CAMPAIGN_NAME", 1),
        told("mutate_error.RESOURCE_NOT_FOUND", 2),
    )
    assert cause.code == "campaign_error.DUPLICATE_CAMPAIGN_NAME"


def test_a_throttle_says_how_long_and_rests_the_account() -> None:
    short = error(
        told("quota_error.RESOURCE_TEMPORARILY_EXHAUSTED", retry_after=7.5), status="RESOURCE_EXHAUSTED"
    )
    assert (short.retry_after, rest_after(short)) == (7.5, 7.5)
    day = error(told("quota_error.RESOURCE_EXHAUSTED"), status="RESOURCE_EXHAUSTED")
    assert rest_after(day) == 3600
    assert rest_after(error(told("string_length_error.TOO_LONG"))) == 0


def test_what_a_person_has_to_do_is_said() -> None:
    blocked = error(told("campaign_error.HEC_AGREEMENT_REQUIRED"))
    assert "accept the housing, employment and credit terms" in str(blocked)
    assert rest_after(blocked) == 0  # what runs can still be paused
    assert rest_after(error(told("authorization_error.CUSTOMER_NOT_ENABLED"))) > 0
    found = error(told("policy_finding_error.POLICY_FINDING", topics=("DISCRIMINATION",)))
    assert "DISCRIMINATION" in str(found)


def test_errors_survive_pickling_with_all_they_know() -> None:
    before = error(told("quota_error.RESOURCE_EXHAUSTED", retry_after=3.0), status="RESOURCE_EXHAUSTED")
    after = pickle.loads(pickle.dumps(before))  # noqa: S301
    assert (type(after), str(after), after.code, after.request_id, after.retry_after) == (
        *(ThrottledError, str(before), "quota_error.RESOURCE_EXHAUSTED", "r-1", 3.0),
    )
