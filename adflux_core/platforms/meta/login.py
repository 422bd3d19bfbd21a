"""A token that lasts for hours is exchanged for one that lasts for weeks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import requests
from pydantic import SecretStr

from adflux_core.errors import CredentialsError, UnavailableError
from adflux_core.platforms.meta.client import API_VERSION, TIMEOUT
from adflux_core.platforms.meta.errors import classify
from adflux_core.settings import LOOPBACK, Settings

URL = "https://graph.facebook.com"


def exchange(settings: Settings, token: SecretStr) -> tuple[SecretStr, datetime | None]:
    """The long-lived token and when it runs out, as Meta says (Meta, Long-Lived Access Tokens).

    Raises ConfigurationError without META_APP_ID and META_APP_SECRET, CredentialsError when Meta refuses,
    UnavailableError when it does not answer.
    """
    settings.require("meta_app_id", "meta_app_secret")
    assert settings.meta_app_secret
    url = (settings.meta_graph_url or URL).rstrip("/")
    asked = {
        "grant_type": "fb_exchange_token",
        "client_id": settings.meta_app_id,
        "client_secret": settings.meta_app_secret.get_secret_value(),
        "fb_exchange_token": token.get_secret_value(),
    }
    try:
        with requests.Session() as session:
            session.trust_env = urlsplit(url).hostname not in LOOPBACK
            reply = session.get(f"{url}/{API_VERSION}/oauth/access_token", params=asked, timeout=TIMEOUT)
            body = reply.json()
    except (requests.RequestException, ValueError):  # its text holds the address, and that the secrets
        raise UnavailableError("Meta does not answer: check META_GRAPH_URL", platform="meta") from None
    if not isinstance(body, Mapping) or "access_token" not in body:
        error = body.get("error") if isinstance(body, Mapping) else None
        known = error if isinstance(error, Mapping) else {}
        failure = classify(known, status=reply.status_code, writing=False, headers=reply.headers)
        # A wrong app secret has the code of what is unclear everywhere else.
        raise failure if reply.status_code >= 500 else CredentialsError(str(failure), platform="meta")
    lasts = body.get("expires_in")
    ends = datetime.now(UTC) + timedelta(seconds=lasts) if isinstance(lasts, int) else None
    return SecretStr(str(body["access_token"])), ends
