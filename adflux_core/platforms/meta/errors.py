"""Meta's error codes and what each asks of us: data, read by one function.

Meta says to decide on codes alone: throttles arrive as HTTP 400, and the text changes. Source: Meta,
Graph API, Error Handling; Marketing API, Error Codes; Rate Limiting.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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
from adflux_core.platforms.meta.usage import usage_of

Kind = type[PlatformError]


def _either(kind: Kind, *numbers: int) -> dict[tuple[int | None, int | None], Kind]:
    return {place: kind for number in numbers for place in ((number, None), (None, number))}


# The most specific row wins: (code, subcode), then (any code, subcode), then (code, any subcode). Meta's
# lists name the long numbers without saying in which of the two places they stand, so they stand in both.
ACTIONS: Mapping[tuple[int | None, int | None], Kind] = {
    (100, 33): NotFoundError,
    (100, 1487534): TooMuchDataError,
    (100, 1504018): TooMuchDataError,
    (2, 1504038): TooMuchDataError,
    (-3, 1504045): TooMuchDataError,
    (4, None): ThrottledError,
    (17, None): ThrottledError,
    (32, None): ThrottledError,
    (341, None): ThrottledError,
    (613, 1487742): ThrottledError,
    (613, 5044001): ThrottledError,
    (613, 1487632): ThrottledError,
    (613, 1487225): ThrottledError,
    **{(code, None): ThrottledError for code in range(80000, 80015)},
    # Without a subcode Meta calls it abuse: going on makes it worse.
    (613, None): AccountBlockedError,
    (368, None): AccountBlockedError,
    **_either(AccountBlockedError, 1404078, 1404163, 2859015),
    (102, None): CredentialsError,
    (104, None): CredentialsError,
    (190, None): CredentialsError,
    (10, None): CredentialsError,
    **{(code, None): CredentialsError for code in range(200, 300)},
    # Terms that a person must accept.
    **_either(CredentialsError, 1870034, 1870090, 2859024),
    # A rejected ad stays rejected: it takes a new one.
    **_either(ValidationError, 2490427, 2490468),
    (2635, None): ValidationError,
    (3018, None): ValidationError,
    (100, None): ValidationError,
}
# Codes that say nothing about what happened: 1 unknown, 2 service.
UNCLEAR = {1, 2, -2, 960}
DEFAULT_WAIT = 60.0
# Meta lets these changes through again only hours later (spend cap, ad set budget, ad creation limits).
HOURS_LATER = {1885172: 86_400.0, 1487632: 3_600.0, 1487225: 3_600.0}
UNTIL_A_PERSON_LOOKED = 3_600.0  # seconds; then one call finds out whether somebody has


def classify(
    error: Mapping[str, Any], *, status: int, writing: bool, headers: Mapping[str, str]
) -> PlatformError:
    """Our error for the `error` object of a Graph reply; `writing` makes unclear ones ambiguous."""
    code, subcode = int(error.get("code") or 0), error.get("error_subcode")
    rows = ((code, subcode), (None, subcode), (code, None)) if subcode else ((code, None),)
    kind = next((ACTIONS[row] for row in rows if row in ACTIONS), None)
    if writing and status >= 500:
        kind = AmbiguousError  # whatever the body says, a server that broke may have written first
    if kind is None:
        unclear = code in UNCLEAR or code == 0 or error.get("is_transient") or status >= 500
        kind = unclear_kind(writing=writing) if unclear else ValidationError
    return kind(
        _sentence(error),
        platform="meta",
        code=f"{code}/{subcode}" if subcode else str(code),
        request_id=str(error.get("fbtrace_id") or ""),
        retry_after=_wait(headers, subcode) if kind is ThrottledError else None,
    )


def unclear_kind(*, writing: bool) -> Kind:
    """A failed read changed nothing; a failed write may have."""
    return AmbiguousError if writing else UnavailableError


def _sentence(error: Mapping[str, Any]) -> str:
    # The user-facing pair is Meta's own advice; `message` repeats parameters and is kept out otherwise.
    told = [str(error[key]) for key in ("error_user_title", "error_user_msg") if error.get(key)]
    return "Meta: " + (": ".join(told) or str(error.get("message") or "no reason given")).replace("\n", " ")


def rest_after(error: PlatformError) -> float:
    """Seconds the whole account must rest after this error; 0 when only one object is concerned."""
    if isinstance(error, AccountBlockedError):
        return UNTIL_A_PERSON_LOOKED
    of_one_object = any(error.code.endswith(f"/{subcode}") for subcode in HOURS_LATER)
    return (error.retry_after or 0.0) if isinstance(error, ThrottledError) and not of_one_object else 0.0


def _wait(headers: Mapping[str, str], subcode: int | None) -> float:
    if subcode in HOURS_LATER:
        return HOURS_LATER[subcode]
    return usage_of(headers).blocked_for or DEFAULT_WAIT
