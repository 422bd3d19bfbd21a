"""The one seam to Meta: the SDK, with its token kept out of URLs and its failures turned into ours.

The unmodified SDK treats an HTML 502 as success, has no timeout, and writes the token into every URL
and so into every exception. All its traffic passes `FacebookAdsApi.call`, which is where this is mended.
"""

from __future__ import annotations

from collections.abc import Mapping
from json import JSONDecodeError
from typing import Any

import requests
from facebook_business.api import FacebookAdsApi, FacebookResponse, FacebookSession
from facebook_business.exceptions import FacebookRequestError

from adflux_core.errors import PlatformError
from adflux_core.platforms.meta.errors import classify, unclear_kind

API_VERSION = "v26.0"
TIMEOUT = (5.0, 60.0)  # seconds to connect, to answer


class Session(FacebookSession):  # type: ignore[misc]  # the SDK is untyped
    """A session whose token travels in a header. Meta accepts both; only one ends up in logs."""

    def __init__(self, graph_url: str, token: str, app_secret: str | None) -> None:
        super().__init__(app_id=None, app_secret=app_secret, access_token=token, timeout=TIMEOUT)
        self.GRAPH = graph_url.rstrip("/")
        self.requests.params.pop("access_token", None)
        self.requests.headers["Authorization"] = f"Bearer {token}"
        if graph_url.startswith("http://"):
            self.requests.trust_env = False  # loopback: a proxy of the environment is not on the way


class Api(FacebookAdsApi):  # type: ignore[misc]  # the SDK is untyped
    """`call` answers with checked JSON or raises one of `adflux_core.errors`; it never retries."""

    def call(
        self,
        method: str,
        path: Any,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        files: Any = None,
        url_override: str | None = None,
        api_version: str | None = None,
    ) -> FacebookResponse:
        writing = method != "GET"
        try:
            reply = super().call(method, path, params, headers, files, url_override, api_version)
        except FacebookRequestError as failure:
            raise _ours(failure, writing=writing) from None
        except requests.ConnectionError as failure:
            raise _never_left(failure, writing=writing) from None
        except (requests.RequestException, JSONDecodeError, AttributeError):
            # A timeout, a cut reply, or an error body the SDK's own exception trips over.
            raise _unclear("no readable reply", writing=writing) from None
        body = _body(reply)
        if not isinstance(body, dict | list) or reply.status() >= 400:
            raise _unclear(f"HTTP {reply.status()} without a Graph reply", writing=writing)
        return reply


def _body(reply: FacebookResponse) -> Any:
    try:
        return reply.json()
    except (JSONDecodeError, TypeError):
        return None


def _ours(failure: FacebookRequestError, *, writing: bool) -> PlatformError:
    body = failure.body()
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, Mapping):
        return _unclear(f"HTTP {failure.http_status()} without a reason", writing=writing)
    headers = {
        str(k): str(v) for k, v in (failure.http_headers() or {}).items() if "sage" in k or "hrottle" in k
    }
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
