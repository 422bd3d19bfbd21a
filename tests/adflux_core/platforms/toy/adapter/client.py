"""The one seam to the toy: governed, its token in a header alone, its failures turned into ours."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import requests

from adflux_core.advertising import Allowance, Governor, Usage
from adflux_core.errors import (
    AmbiguousError,
    CredentialsError,
    NotFoundError,
    PlatformError,
    ThrottledError,
    UnavailableError,
    ValidationError,
)

TIMEOUT = (5.0, 60.0)  # seconds to connect, to answer
A_CALL = 1  # point, whatever it does
MEANING: Mapping[int, type[PlatformError]] = {
    401: CredentialsError,
    403: CredentialsError,
    404: NotFoundError,
    429: ThrottledError,
}


@lru_cache(maxsize=4)
def session_for(token: str) -> requests.Session:
    """One session for all threads, so that connections are kept."""
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {token}"
    session.trust_env = False  # neither a proxy nor a .netrc of this machine is on the way
    return session


class Api:
    """`call` answers with a JSON object or raises one of `adflux_core.errors`; it never retries."""

    def __init__(self, url: str, token: str, account_id: str, governor: Governor) -> None:
        self._url = f"{url.rstrip('/')}/{account_id}"
        self._session = session_for(token)
        self._account_id = account_id
        self._governor = governor

    def call(self, method: str, path: str, params: Mapping[str, Any]) -> dict[str, Any]:
        writing = method != "GET"
        room = self._governor.ask(self._account_id, A_CALL, writing=writing)
        query, form = ({}, params) if writing else (params, {})
        try:
            reply = self._session.request(
                method, f"{self._url}/{path}", params=query, data=form, timeout=TIMEOUT
            )
        except requests.RequestException:
            # Not even a refused connection is looked into: after a write, silence is doubt.
            raise _unclear("does not answer", writing=writing) from None
        self._governor.note(self._account_id, room, _usage(reply))
        try:
            body = reply.json()
        except ValueError:
            body = None
        if isinstance(body, dict) and reply.status_code == 200:
            return body
        if isinstance(body, dict) and 400 <= reply.status_code < 500:
            raise MEANING.get(reply.status_code, ValidationError)(
                "the toy: " + " ".join(str(body.get("error")).split()),
                platform="toy",
                code=str(reply.status_code),
                retry_after=_wait(reply) or None,
            )
        raise _unclear(f"answers HTTP {reply.status_code} without a reason", writing=writing)


def _unclear(what: str, *, writing: bool) -> PlatformError:
    """A failed read changed nothing; a failed write may have."""
    kind = AmbiguousError if writing else UnavailableError
    return kind(f"the toy {what}: check the network and TOY_URL", platform="toy")


def _wait(reply: requests.Response) -> float:
    told = reply.headers.get("Retry-After", "")
    return float(told) if told.isdigit() else 0.0


def _usage(reply: requests.Response) -> Usage:
    points, _, hourly = reply.headers.get("X-Allowance", "").partition("/")
    allowance = Allowance(int(points), int(hourly)) if points.isdigit() and hourly.isdigit() else None
    return Usage(allowance=allowance, blocked_for=_wait(reply))
