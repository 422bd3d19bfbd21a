"""A person agrees in a browser, and Google gives a refresh token (OAuth 2.0 for Mobile & Desktop Apps)."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta

from google_auth_oauthlib.flow import InstalledAppFlow, WSGITimeoutError
from oauthlib.oauth2 import OAuth2Error
from pydantic import SecretStr
from requests import RequestException

from adflux_core.errors import CredentialsError, UnavailableError
from adflux_core.platforms.google_ads.credentials import SCOPES
from adflux_core.settings import Settings

PATIENCE = 600  # seconds for a person to log in and read what is asked


def agree(settings: Settings, *, browser: bool) -> tuple[SecretStr, datetime | None]:
    """The refresh token, and when it runs out where Google says so (seven days while an app is in testing).

    The address to open goes to stderr; `browser`: it is opened, too. Raises ConfigurationError without a
    client, CredentialsError when nobody agreed, UnavailableError when Google does not answer.
    """
    settings.require("google_ads_client_id", "google_ads_client_secret")
    assert settings.google_ads_client_secret
    client = {
        "client_id": settings.google_ads_client_id,
        "client_secret": settings.google_ads_client_secret.get_secret_value(),
        "auth_uri": settings.google_ads_auth_uri,
        "token_uri": settings.google_ads_token_uri,
    }
    flow = InstalledAppFlow.from_client_config({"installed": client}, SCOPES)
    try:
        with redirect_stdout(sys.stderr):  # stdout is for the answer
            flow.run_local_server(
                host="127.0.0.1",
                port=0,
                open_browser=browser,
                timeout_seconds=PATIENCE,
                authorization_prompt_message="Open this address, log in and agree:\n{url}",
                success_message="Done. You may close this window.",
                access_type="offline",
                prompt="consent",
            )
    except WSGITimeoutError:
        raise _refused("nobody agreed within ten minutes") from None
    except (OAuth2Error, Warning) as failure:  # oauthlib warns of a scope that was not granted by raising it
        raise _refused(getattr(failure, "error", None) or "less was allowed than asked for") from None
    except RequestException:
        raise UnavailableError(
            "Google's token service does not answer: check GOOGLE_ADS_TOKEN_URI", platform="google_ads"
        ) from None
    granted = flow.oauth2session.token
    if not granted.get("refresh_token"):
        raise _refused("Google gave no refresh token")
    lasts = granted.get("refresh_token_expires_in")
    ends = datetime.now(UTC) + timedelta(seconds=lasts) if isinstance(lasts, int) else None
    return SecretStr(granted["refresh_token"]), ends


def _refused(why: str) -> CredentialsError:
    return CredentialsError(f"Google: {why}: try again, and agree to what is asked", platform="google_ads")
