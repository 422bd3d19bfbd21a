"""Access tokens for Google Ads, renewed before a call and not inside it.

Left to gRPC, a revoked refresh token comes back as UNAVAILABLE, which looks like something to try again.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from google.auth.exceptions import RefreshError, TransportError
from google.auth.transport.requests import Request
from google.oauth2.credentials import Credentials
from google.oauth2.service_account import Credentials as ServiceAccount

from adflux_core.errors import ConfigurationError, CredentialsError, UnavailableError
from adflux_core.settings import LOOPBACK, Settings

SCOPES = ["https://www.googleapis.com/auth/adwords"]
TIMEOUT = 30.0


@dataclass(frozen=True, repr=False)
class Access:
    """What decides whom a connection belongs to. Never shown: most of it is secret."""

    endpoint: str
    ca_file: str
    login_customer_id: str
    developer_token: str
    service_account_file: str
    token_uri: str
    client_id: str
    client_secret: str
    refresh_token: str


def access_of(settings: Settings) -> Access:
    """The user's refresh token, or else the service account. Raises ConfigurationError on what is missing."""
    secret, refresh = settings.google_ads_client_secret, settings.google_ads_refresh_token
    by_key = settings.google_ads_service_account_file if refresh is None else None
    if by_key is None:
        settings.require("google_ads_client_id", "google_ads_client_secret", "google_ads_refresh_token")
    developer = settings.google_ads_developer_token
    return Access(
        endpoint=settings.google_ads_endpoint,
        ca_file=str(settings.google_ads_ca_file or ""),
        login_customer_id=(settings.google_ads_login_customer_id or "").replace("-", ""),
        developer_token=developer.get_secret_value() if developer else "",
        service_account_file=str(by_key or ""),
        token_uri=settings.google_ads_token_uri,
        client_id=settings.google_ads_client_id or "",
        client_secret=secret.get_secret_value() if secret else "",
        refresh_token=refresh.get_secret_value() if refresh else "",
    )


class Token:
    """The credentials of one connection, shared by its threads."""

    def __init__(self, access: Access) -> None:
        self.credentials, token_uri = _credentials(access)
        self._renewing = threading.Lock()
        session = requests.Session()
        session.trust_env = urlsplit(token_uri).hostname not in LOOPBACK  # no proxy on the way to ourselves
        self._request: Any = partial(Request(session), timeout=TIMEOUT)

    def renew(self, *, anew: bool = False) -> None:
        """Make the access token good for a while, if it is not; `anew`: whatever this clock says of it.

        Raises CredentialsError when Google refuses, UnavailableError when it cannot be asked.
        """
        with self._renewing:
            if self.credentials.valid and not anew:
                return
            try:
                self.credentials.refresh(self._request)
            except RefreshError as failure:
                raise _refused(failure) from None
            except (TransportError, TypeError, ValueError):  # the last two: an answer that is no JSON
                raise _no_answer() from None


def _credentials(access: Access) -> tuple[Any, str]:
    """Credentials, and where their tokens come from."""
    if not access.service_account_file:
        user = Credentials(  # type: ignore[no-untyped-call]
            None,
            refresh_token=access.refresh_token,
            client_id=access.client_id,
            client_secret=access.client_secret,
            token_uri=access.token_uri,
            scopes=SCOPES,
        )
        return user, access.token_uri
    try:
        key = json.loads(Path(access.service_account_file).read_bytes())
        service = ServiceAccount.from_service_account_info(key, scopes=SCOPES)  # type: ignore[no-untyped-call]
        return service, str(key["token_uri"])
    except (OSError, ValueError, KeyError, TypeError) as failure:
        raise ConfigurationError(
            f"GOOGLE_ADS_SERVICE_ACCOUNT_FILE cannot be used: {type(failure).__name__}"
        ) from None


def _no_answer() -> UnavailableError:
    return UnavailableError(
        "Google's token service does not answer: check the network and GOOGLE_ADS_TOKEN_URI",
        platform="google_ads",
    )


def _refused(failure: RefreshError) -> CredentialsError | UnavailableError:
    """Only an error in OAuth's own words is a refusal; a page that says 500 is not."""
    body = failure.args[1] if len(failure.args) > 1 else None
    code = str(body.get("error") or "") if isinstance(body, dict) else ""
    if failure.retryable or not code:
        return _no_answer()
    return CredentialsError(
        f"Google refuses the credentials ({code}): make a new refresh token and set "
        "GOOGLE_ADS_REFRESH_TOKEN, or check the service account's key",
        platform="google_ads",
        code=code,
    )
