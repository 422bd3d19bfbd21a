"""Google's error codes and what each asks of us: data, read by one function.

Every failed call carries a `GoogleAdsFailure` in its trailing metadata, whatever its gRPC status; the code is
what decides. Sources: Google Ads API, Error Types; the error enums of v26.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

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
from adflux_core.platforms.google_ads.currency import from_micros

Kind = type[PlatformError]

# The most specific row wins: a code, then its whole family; what is in neither is the content's fault.
ACTIONS: Mapping[str, Kind] = {
    "authentication_error": CredentialsError,
    "authorization_error": CredentialsError,
    "header_error": CredentialsError,
    "not_allowlisted_error": AccountBlockedError,
    "quota_error": ThrottledError,
    "authentication_error.TWO_STEP_VERIFICATION_NOT_ENROLLED": AccountBlockedError,
    "authentication_error.ADVANCED_PROTECTION_NOT_ENROLLED": AccountBlockedError,
    "authorization_error.CUSTOMER_NOT_ENABLED": AccountBlockedError,
    "authorization_error.ACTION_NOT_PERMITTED_FOR_SUSPENDED_ACCOUNT": AccountBlockedError,
    "authorization_error.INCOMPLETE_SIGNUP": AccountBlockedError,
    "authorization_error.MISSING_TOS": AccountBlockedError,
    "resource_access_denied_error.WRITE_ACCESS_DENIED": CredentialsError,
    "operation_access_denied_error.MUTATE_NOT_PERMITTED_FOR_CUSTOMER": AccountBlockedError,
    "request_error.CLOUD_PROJECT_NOT_FOUND": CredentialsError,
    "request_error.INVALID_CUSTOMER_ID": CredentialsError,
    "quota_error.ACCESS_PROHIBITED": AccountBlockedError,
    "campaign_error.HEC_AGREEMENT_REQUIRED": AccountBlockedError,
    "mutate_error.EU_POLITICAL_ADVERTISING_DECLARATION_REQUIRED": AccountBlockedError,
    # Refused before anything was written, for a reason that passes.
    "database_error.CONCURRENT_MODIFICATION": UnavailableError,
    "database_error.DATA_CONSTRAINT_VIOLATION": UnavailableError,
    "mutate_error.RESOURCE_NOT_FOUND": NotFoundError,
    "request_error.RESOURCE_NOT_FOUND": NotFoundError,
    "id_error.NOT_FOUND": NotFoundError,
    "campaign_budget_error.CAMPAIGN_BUDGET_REMOVED": NotFoundError,
}
# Families and statuses that say nothing about what happened.
UNCLEAR_FAMILIES = {"internal_error"}
BROKEN = {"INTERNAL", "UNAVAILABLE", "DEADLINE_EXCEEDED", "UNKNOWN", "CANCELLED", "DATA_LOSS"}
STATUSES: Mapping[str, Kind] = {
    "UNAUTHENTICATED": CredentialsError,
    "PERMISSION_DENIED": CredentialsError,
    "NOT_FOUND": NotFoundError,
    "RESOURCE_EXHAUSTED": ThrottledError,
    "ABORTED": UnavailableError,
}
DUPLICATES = {
    "campaign_error.DUPLICATE_CAMPAIGN_NAME",
    "campaign_budget_error.DUPLICATE_NAME",
    "ad_group_error.DUPLICATE_ADGROUP_NAME",
}
# What a person has to do, where Google's own sentence does not say it.
STEPS: Mapping[str, str] = {
    "campaign_error.HEC_AGREEMENT_REQUIRED": "accept the housing, employment and credit terms on the Google "
    "Ads screen, under Policy manager, once for this account",
    "mutate_error.EU_POLITICAL_ADVERTISING_DECLARATION_REQUIRED": "some campaign of this account does not "
    "say whether it is political advertising in the EU: declare each on the Google Ads screen",
    "authorization_error.MISSING_TOS": "accept Google's terms of service on the Google Ads screen",
    "authorization_error.INCOMPLETE_SIGNUP": "finish setting the account up on the Google Ads screen",
    "authorization_error.CUSTOMER_NOT_ENABLED": "the account is cancelled or not set up yet: activate it on "
    "the Google Ads screen",
    "authorization_error.ACTION_NOT_PERMITTED_FOR_SUSPENDED_ACCOUNT": "the account is suspended: appeal on "
    "the Google Ads screen",
    "authentication_error.TWO_STEP_VERIFICATION_NOT_ENROLLED": "turn on two-step verification for the "
    "Google user behind the refresh token",
    "authorization_error.CLOUD_PROJECT_NOT_APPROVED_FOR_PRODUCTION": "ask for production access for the "
    "Cloud project of GOOGLE_ADS_CLIENT_ID",
    "authorization_error.USER_PERMISSION_DENIED": "give the user access to the account, or set "
    "GOOGLE_ADS_LOGIN_CUSTOMER_ID to the manager account",
}
DEFAULT_WAIT = 30.0
LONG_WAIT = 3_600.0  # of a daily allowance that is used up: when it is given again is not told
LONG = {
    "quota_error.RESOURCE_EXHAUSTED",
    "quota_error.EXCESSIVE_LONG_TERM_QUERY_RESOURCE_CONSUMPTION",
}
# An account on which nothing delivers: each call more is one too many, so it rests. What else a person has
# to settle stops what is new, and must not keep anybody from pausing what runs.
DEAD = {
    "authorization_error.ACTION_NOT_PERMITTED_FOR_SUSPENDED_ACCOUNT",
    "authorization_error.CUSTOMER_NOT_ENABLED",
    "quota_error.ACCESS_PROHIBITED",
}
UNTIL_A_PERSON_LOOKED = 3_600.0  # seconds; then one call finds out whether somebody has


class Told(NamedTuple):
    """One error of a failure: its code as family.NAME, Google's sentence, and where in the request."""

    code: str
    message: str
    operation: int  # of the mutate; -1: the request as a whole
    field: str
    retry_after: float
    topics: tuple[str, ...]  # of policies that were found against it
    least: str = ""  # of a budget that was too small: what it must be


def classify(
    told: Sequence[Told], *, status: str, details: str, writing: bool, request_id: str
) -> PlatformError:
    """Our error for a failed call; `writing` makes unclear ones ambiguous.

    Of several errors the one of the first operation is the cause: the others say that it failed.
    """
    if not told:
        kind = _by_status(status, details, writing=writing)
        wait = DEFAULT_WAIT if kind is ThrottledError else None
        return kind(
            f"Google Ads: {status.lower().replace('_', ' ')}{_reason(details)}",
            platform="google_ads",
            code=status,
            request_id=request_id,
            retry_after=wait,
        )
    cause = min(told, key=lambda one: one.operation)
    kind = _kind(cause.code, status, writing=writing)
    return kind(
        _sentence(cause),
        platform="google_ads",
        code=cause.code,
        request_id=request_id,
        retry_after=_wait(cause) if kind is ThrottledError else None,
    )


def unclear_kind(*, writing: bool) -> Kind:
    """A failed read changed nothing; a failed write may have."""
    return AmbiguousError if writing else UnavailableError


def rest_after(error: PlatformError) -> float:
    """Seconds the whole account must rest after this error; 0 when it need not."""
    if error.code in DEAD:
        return UNTIL_A_PERSON_LOOKED
    return (error.retry_after or 0.0) if isinstance(error, ThrottledError) else 0.0


def _kind(code: str, status: str, *, writing: bool) -> Kind:
    family, _, name = code.partition(".")
    if family in UNCLEAR_FAMILIES or (writing and status in BROKEN):
        return unclear_kind(writing=writing)  # whatever it says, a server that broke may have written first
    if name in {"UNSPECIFIED", "UNKNOWN", ""} and status in STATUSES:
        return STATUSES[status]  # a code that is newer than this client
    return ACTIONS.get(code) or ACTIONS.get(family) or ValidationError


def _by_status(status: str, details: str, *, writing: bool) -> Kind:
    if "larger than max" in details:  # it was answered, with more than fits into a message
        return AmbiguousError if writing else TooMuchDataError
    if "invalid_grant" in details:
        return CredentialsError  # the token was refused while the call was being put together
    if status == "UNAVAILABLE" and _never_left(details):
        return UnavailableError
    if status in BROKEN:
        return unclear_kind(writing=writing)
    return STATUSES.get(status, ValidationError)


def _never_left(details: str) -> bool:
    """gRPC's own words for a call that found no connection or no token: nothing was sent."""
    return details.startswith(("failed to connect to all addresses", "Getting metadata from plugin failed"))


def _reason(details: str) -> str:
    if "invalid_grant" in details:
        return ", the refresh token is expired or revoked: make a new one and set GOOGLE_ADS_REFRESH_TOKEN"
    if "CERTIFICATE_VERIFY_FAILED" in details:
        return ", its certificate is not trusted: see GOOGLE_ADS_CA_FILE"
    return ", it does not answer" if _never_left(details) else ""


def _sentence(cause: Told) -> str:
    where = f" ({cause.field})" if cause.field else ""
    found = f" [{', '.join(cause.topics)}]" if cause.topics else ""
    step = f": {STEPS[cause.code]}" if cause.code in STEPS else ""
    least = f": at least {cause.least}" if cause.least else ""
    words = (cause.message or "no reason given").replace("\n", " ").rstrip(".")
    return f"Google Ads: {words}{where}{found}{least}{step}"


def _wait(cause: Told) -> float:
    return cause.retry_after or (LONG_WAIT if cause.code in LONG else DEFAULT_WAIT)


def told_by(failure: Any) -> list[Told]:
    """The errors of a raw GoogleAdsFailure."""
    return [_told(error) for error in failure.errors]


def _told(error: Any) -> Told:
    family = error.error_code.WhichOneof("error_code") or "unknown"
    name = "UNKNOWN"
    if family != "unknown":
        number = getattr(error.error_code, family)
        values = error.error_code.DESCRIPTOR.fields_by_name[family].enum_type.values_by_number
        name = values[number].name if number in values else "UNKNOWN"
    path = error.location.field_path_elements
    operations = [one.index for one in path if one.field_name in {"mutate_operations", "operations"}]
    details = error.details
    wait = details.quota_error_details.retry_delay
    return Told(
        code=f"{family}.{name}",
        message=error.message,
        operation=operations[0] if operations else -1,
        field=".".join(one.field_name for one in path),
        retry_after=wait.seconds + wait.nanos / 1e9,
        topics=tuple(entry.topic for entry in details.policy_finding_details.policy_topic_entries),
        least=_least(details.budget_per_day_minimum_error_details),
    )


def _least(details: Any) -> str:
    micros = details.minimum_budget_total_amount_micros
    return f"{details.currency_code} {from_micros(micros):,f}" if micros else ""
