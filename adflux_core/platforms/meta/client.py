"""The one seam to Meta: the SDK, governed, its token kept out of URLs and its failures turned into ours.

The unmodified SDK treats an HTML 502 as success, has no timeout, and writes the token into every URL
and so into every exception. All its traffic passes `FacebookAdsApi.call`, which is where this is mended.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from json import JSONDecodeError
from typing import Any

import requests
from facebook_business.api import FacebookAdsApi, FacebookResponse, FacebookSession
from facebook_business.exceptions import FacebookRequestError
from requests.adapters import HTTPAdapter

from adflux_core.advertising import Governor, Room
from adflux_core.errors import PlatformError
from adflux_core.platforms.meta.errors import classify, rest_after, unclear_kind
from adflux_core.platforms.meta.usage import READ, WRITE, usage_of

API_VERSION = "v26.0"
TIMEOUT = (5.0, 60.0)  # seconds to connect, to answer
CONNECTIONS = 64  # kept open; more threads than that would each open their own and drop it


class Session(FacebookSession):  # type: ignore[misc]  # the SDK is untyped
    """A session whose token travels in a header. Meta accepts both; only one ends up in logs."""

    def __init__(self, graph_url: str, token: str, app_secret: str | None) -> None:
        super().__init__(app_id=None, app_secret=app_secret, access_token=token, timeout=TIMEOUT)
        self.GRAPH = graph_url.rstrip("/")
        self.requests.params.pop("access_token", None)
        self.requests.headers["Authorization"] = f"Bearer {token}"
        self.requests.mount(self.GRAPH, HTTPAdapter(pool_maxsize=CONNECTIONS))
        if graph_url.startswith("http://"):
            self.requests.trust_env = False  # loopback: a proxy of the environment is not on the way


@lru_cache(maxsize=4)
def session_for(graph_url: str, token: str, app_secret: str | None) -> Session:
    """One session for all threads: a connection costs three round trips before it carries anything."""
    return Session(graph_url, token, app_secret)


class Reply(FacebookResponse):  # type: ignore[misc]  # the SDK is untyped
    """A reply that is decoded once; the SDK's decodes its text each time it is asked."""

    def __init__(self, reply: FacebookResponse) -> None:
        super().__init__(reply.body(), reply.status(), reply.headers())
        self._decoded = super().json()

    def json(self) -> Any:
        return self._decoded


class Api(FacebookAdsApi):  # type: ignore[misc]  # the SDK is untyped
    """`call` answers with checked JSON or raises one of `adflux_core.errors`; it never retries.

    Nothing leaves before the governor has room for it, and every reply's usage is noted.
    """

    def __init__(self, session: Session, governor: Governor, account_id: str) -> None:
        super().__init__(session, api_version=API_VERSION)
        self._governor = governor
        self._account_id = account_id

    def call(
        self,
        method: str,
        path: Any,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        files: Any = None,
        url_override: str | None = None,
        api_version: str | None = None,
    ) -> Reply:
        writing = method != "GET"
        room = self._governor.ask(self._account_id, WRITE if writing else READ, writing=writing)
        try:
            reply = Reply(super().call(method, path, params, headers, files, url_override, api_version))
        except FacebookRequestError as failure:
            error = _ours(failure, writing=writing)
            self._note(room, failure.http_headers() or {}, rest_after(error))
            raise error from None
        except requests.ConnectionError as failure:
            raise _never_left(failure, writing=writing) from None
        except (requests.RequestException, JSONDecodeError, AttributeError):
            # A timeout, a cut reply, or an error body the SDK's own exception trips over.
            raise _unclear("no readable reply", writing=writing) from None
        self._note(room, reply.headers(), 0.0)
        if not isinstance(reply.json(), dict | list) or reply.status() >= 400:
            raise _unclear(f"HTTP {reply.status()} without a Graph reply", writing=writing)
        return reply

    def _note(self, room: Room, headers: Mapping[str, str], rest: float) -> None:
        usage = usage_of(headers)
        stopped = replace(usage, blocked_for=max(usage.blocked_for, rest))
        self._governor.note(self._account_id, room, stopped)


def _ours(failure: FacebookRequestError, *, writing: bool) -> PlatformError:
    body = failure.body()
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, Mapping):
        return _unclear(f"HTTP {failure.http_status()} without a reason", writing=writing)
    headers = failure.http_headers() or {}
    return classify(error, status=failure.http_status() or 0, writing=writing, headers=headers)


def _never_left(failure: requests.ConnectionError, *, writing: bool) -> PlatformError:
    # Refused before anything was sent: nothing happened. Anything later is doubt.
    from urllib3.exceptions import NewConnectionError

    cause = failure.args[0] if failure.args else None
    refused = isinstance(getattr(cause, "reason", None), NewConnectionError)
    kind = unclear_kind(writing=writing and not refused)
    return kind("Meta does not answer: check the network and META_GRAPH_URL", platform="meta")


def _unclear(what: str, *, writing: bool) -> PlatformError:
    return unclear_kind(writing=writing)(f"Meta: {what}", platform="meta")
