"""Meta's error codes and what each asks of us: data, read by one function.

Meta says to decide on codes alone: throttles arrive as HTTP 400, and the text changes. Source: Meta,
Graph API, Error Handling; Marketing API, Error Codes; Rate Limiting.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from json import JSONDecodeError, loads
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

Kind = type[PlatformError]

# The most specific row wins: (code, subcode) before (code, None).
ACTIONS: Mapping[tuple[int, int | None], Kind] = {
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
    (17, 1885172): ThrottledError,
    **{(code, None): ThrottledError for code in range(80000, 80015)},
    (613, None): AccountBlockedError,
    (368, None): AccountBlockedError,
    (1404078, None): AccountBlockedError,
    (2859015, None): AccountBlockedError,
    (1404163, None): AccountBlockedError,
    (102, None): CredentialsError,
    (104, None): CredentialsError,
    (190, None): CredentialsError,
    (10, None): CredentialsError,
    **{(code, None): CredentialsError for code in range(200, 300)},
    (2859024, None): AccountBlockedError,
    (2635, None): ValidationError,
    (3018, None): ValidationError,
    (100, None): ValidationError,
}
# Codes that say nothing about what happened: 1 unknown, 2 service.
UNCLEAR = {1, 2, -2, 960}
DEFAULT_WAIT = 60.0
# Meta lets these changes through again only hours later (spend cap, ad set budget, ad creation limits).
HOURS_LATER = {1885172: 86_400.0, 1487632: 3_600.0, 1487225: 3_600.0}


def classify(
    error: Mapping[str, Any], *, status: int, writing: bool, headers: Mapping[str, str]
) -> PlatformError:
    """Our error for the `error` object of a Graph reply; `writing` makes unclear ones ambiguous."""
    code, subcode = int(error.get("code") or 0), error.get("error_subcode")
    kind = ACTIONS.get((code, subcode)) or ACTIONS.get((code, None))
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
        retry_after=_wait(headers.values(), subcode) if kind is ThrottledError else None,
    )


def unclear_kind(*, writing: bool) -> Kind:
    """A failed read changed nothing; a failed write may have."""
    return AmbiguousError if writing else UnavailableError


def _sentence(error: Mapping[str, Any]) -> str:
    # The user-facing pair is Meta's own advice; `message` repeats parameters and is kept out otherwise.
    told = [str(error[key]) for key in ("error_user_title", "error_user_msg") if error.get(key)]
    return "Meta: " + (": ".join(told) or str(error.get("message") or "no reason given")).replace("\n", " ")


def _wait(headers: Iterable[str], subcode: int | None) -> float:
    if subcode in HOURS_LATER:
        return HOURS_LATER[subcode]
    longest = 0.0
    for value in headers:
        try:
            usage = loads(value)
        except JSONDecodeError:
            continue
        longest = max(longest, _minutes(usage) * 60)
    return longest or DEFAULT_WAIT


def _minutes(usage: Any) -> float:
    """The longest `estimated_time_to_regain_access` anywhere in a usage header; it is in minutes."""
    if isinstance(usage, Mapping):
        own = usage.get("estimated_time_to_regain_access")
        return max([float(own or 0), *map(_minutes, usage.values())])
    if isinstance(usage, list):
        return max([0.0, *map(_minutes, usage)])
    return 0.0
