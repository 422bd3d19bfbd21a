"""The one seam to Meta: the SDK, governed, its token kept out of URLs and its failures turned into ours.

The unmodified SDK treats an HTML 502 as success, has no timeout, decodes each reply several times, and writes
the token into every URL and so into every exception. All traffic passes `Api.call`, where this is mended.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from json import dumps
from typing import Any

import requests
from facebook_business.api import FacebookAdsApi, FacebookSession
from requests.adapters import HTTPAdapter

from adflux_core import calls
from adflux_core.advertising import Governor
from adflux_core.errors import PlatformError
from adflux_core.platforms.meta.errors import classify, rest_after, unclear_kind
from adflux_core.platforms.meta.paging import Decode, Keep, decoded
from adflux_core.platforms.meta.usage import READ, WRITE, usage_of

API_VERSION = "v26.0"
TIMEOUT = (5.0, 60.0)  # seconds to connect, to answer
PIECE = 2**20  # bytes
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
        path: tuple[str, ...],
        params: Mapping[str, Any] | None = None,
        files: Mapping[str, bytes] | None = None,
        keep: Keep | None = None,
        decode: Decode = decoded,
    ) -> Any:
        """The decoded reply. It is sent as the SDK sends it, and decoded once.

        `keep` gets a good one as it came.
        """
        writing = method != "GET"
        room = self._governor.ask(self._account_id, WRITE if writing else READ, writing=writing)
        with calls.call("meta", self._account_id, f"{method} {'/'.join(path)}") as called:
            reply, raw = self._sent(method, path, params, files)
            called.request_id = reply.headers.get("x-fb-trace-id", "")
            body = decode(raw)
            error = _failure(body, reply, writing=writing)
            usage, rest = usage_of(reply.headers), rest_after(error) if error else 0.0
            blocked_for = max(usage.blocked_for, rest)
            self._governor.note(self._account_id, room, replace(usage, blocked_for=blocked_for))
            if error:
                raise error
        if keep:
            keep(raw)
        return body

    def _sent(
        self,
        method: str,
        path: tuple[str, ...],
        params: Mapping[str, Any] | None,
        files: Mapping[str, bytes] | None,
    ) -> tuple[requests.Response, bytes]:
        """The reply and its body, taken in large pieces: there are as many lines of Python to each."""
        writing = method != "GET"
        told = {name: _on_the_wire(value) for name, value in (params or {}).items()}
        try:
            reply = self._session.requests.request(
                method,
                "/".join((self._session.GRAPH, API_VERSION, *path)),
                **{"data" if writing else "params": told},
                headers=self.HTTP_DEFAULT_HEADERS,
                files=files,
                timeout=self._session.timeout,
                stream=True,
            )
            return reply, b"".join(reply.iter_content(PIECE))
        except requests.ConnectionError as failure:
            raise _never_left(failure, writing=writing) from None
        except requests.RequestException:
            raise _unclear("no readable reply", writing=writing) from None  # a timeout, or a cut reply


def _on_the_wire(value: Any) -> Any:
    """Graph takes anything that is not plain as JSON, a truth value too."""
    plain = isinstance(value, str) or not isinstance(value, Mapping | Sequence | bool)
    return value if plain else dumps(value, sort_keys=True, separators=(",", ":"))


def _failure(body: Any, reply: requests.Response, *, writing: bool) -> PlatformError | None:
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, Mapping):
        return classify(error, status=reply.status_code, writing=writing, headers=reply.headers)
    refused = isinstance(body, dict) and ("error" in body or not body.get("success", True))
    if refused or not isinstance(body, dict | list) or reply.status_code >= 400:
        return _unclear(f"HTTP {reply.status_code} without a Graph reply", writing=writing)
    return None


def _never_left(failure: requests.ConnectionError, *, writing: bool) -> PlatformError:
    # Refused before anything was sent: nothing happened. Anything later is doubt.
    from urllib3.exceptions import NewConnectionError

    cause = failure.args[0] if failure.args else None
    refused = isinstance(getattr(cause, "reason", None), NewConnectionError)
    kind = unclear_kind(writing=writing and not refused)
    return kind("Meta does not answer: check the network and META_GRAPH_URL", platform="meta")


def _unclear(what: str, *, writing: bool) -> PlatformError:
    return unclear_kind(writing=writing)(f"Meta: {what}", platform="meta")
