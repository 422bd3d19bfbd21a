"""Who a request is from: the account in Streamlit's login cookie, or whoever sits at this machine."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import HTTPConnection
from streamlit.auth_util import get_cookie_with_chunks
from streamlit.runtime.secrets import SecretsValue
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from adflux_core.access import LOCAL
from adflux_core.errors import ConfigurationError
from adflux_core.settings import LOOPBACK, Settings

# A proxy on this machine speaks from loopback, too; whom it speaks for is not at this machine.
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


@dataclass(frozen=True)
class Visitor:
    """Somebody whose login holds until then; None: without an end. `account` is empty when their login
    service does not confirm that the e-mail address is theirs.
    """

    account: str
    until: datetime | None


def with_login(settings: Settings) -> bool:
    """Whether people log in. Raises ConfigurationError when that is set up in part, or in the clear."""
    if settings.adflux_oidc_metadata_url is None:
        return False
    settings.require(
        "adflux_oidc_client_id", "adflux_oidc_client_secret", "adflux_cookie_secret", "adflux_dashboard_url"
    )
    for name in ("adflux_oidc_metadata_url", "adflux_dashboard_url"):
        url = urlsplit(getattr(settings, name))
        if url.scheme != "https" and (url.scheme != "http" or url.hostname not in LOOPBACK):
            raise ConfigurationError(f"{name.upper()} must be https: a login in the clear is anybody's")
    return True


def origin(settings: Settings) -> str:
    """Where people open the dashboard, without a path."""
    url = urlsplit(settings.adflux_dashboard_url or "")
    return f"{url.scheme}://{url.netloc}"


def secrets_of(settings: Settings) -> Mapping[str, SecretsValue]:
    """What `st.login` reads. Only where people log in."""
    assert settings.adflux_cookie_secret is not None
    assert settings.adflux_oidc_client_secret is not None
    return {
        "auth": {
            "redirect_uri": f"{origin(settings)}/oauth2callback",
            "cookie_secret": settings.adflux_cookie_secret.get_secret_value(),
            "client_id": settings.adflux_oidc_client_id or "",
            "client_secret": settings.adflux_oidc_client_secret.get_secret_value(),
            "server_metadata_url": settings.adflux_oidc_metadata_url or "",
        }
    }


def visitor(asked: HTTPConnection, settings: Settings, now: datetime) -> Visitor | None:
    """Who asks; None: nobody we know. Raises ConfigurationError as `with_login` does."""
    if not with_login(settings):
        return Visitor(LOCAL, None) if _at_this_machine(asked) else None
    secret = settings.adflux_cookie_secret
    assert secret is not None
    return _logged_in(
        asked.cookies,
        secret.get_secret_value(),
        origin(settings),
        timedelta(hours=settings.adflux_session_hours),
        now,
    )


def _logged_in(
    cookies: Mapping[str, str], secret: str, at: str, lasts: timedelta, now: datetime
) -> Visitor | None:
    began: list[datetime] = []

    def part(name: str) -> bytes | None:
        try:
            value, signed = URLSafeTimedSerializer(secret, salt=name).loads(
                cookies.get(name, ""), return_timestamp=True
            )
        except BadSignature:
            return None
        began.append(signed)
        return str(value).encode()

    kept = get_cookie_with_chunks(part, USER_COOKIE_NAME)
    if not kept:
        return None
    told = json.loads(kept)
    until = min(began) + lasts
    # Whoever holds the secret also signs for other addresses of this service.
    if not told.get("is_logged_in") or told.get("origin") != at or now >= until:
        return None
    confirmed = told.get("email_verified") in {True, "true"}
    return Visitor(str(told.get("email") or "").strip().lower() if confirmed else "", until.astimezone(UTC))


def _at_this_machine(asked: HTTPConnection) -> bool:
    """Typed on this machine: not through a proxy, nor by a page of another name that leads here."""
    names = [asked.headers.get("host", "")]
    if "origin" in asked.headers:
        names.append(urlsplit(asked.headers["origin"]).netloc)
    return (
        asked.client is not None
        and asked.client.host in LOOPBACK
        and not any(name in asked.headers for name in FORWARDED)
        and all(urlsplit(f"//{name}").hostname in LOOPBACK for name in names)
    )
