"""The settings that make a sandbox the configured Google Ads platform."""

from __future__ import annotations

import pytest

from adflux_core.settings import settings
from sandbox.server import Sandbox


def google_settings_of(world: Sandbox) -> dict[str, str]:
    """As environment variables."""
    return {
        "GOOGLE_ADS_ENDPOINT": world.google_ads_endpoint,
        # Its project has Basic access; a proof of many hundred publications needs it.
        "GOOGLE_ADS_DAILY_OPERATIONS": "15000",
        "GOOGLE_ADS_CUSTOMER_ID": world.google_ads_customer_id,
        "GOOGLE_ADS_TOKEN_URI": world.google_ads_token_uri,
        "GOOGLE_ADS_CLIENT_ID": world.google_ads_client_id,
        "GOOGLE_ADS_CLIENT_SECRET": world.google_ads_client_secret,
        "GOOGLE_ADS_REFRESH_TOKEN": world.google_ads_refresh_token,
        "GOOGLE_ADS_CA_FILE": str(world.google_ads_ca_file),
    }


def configure_google(world: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on Google Ads is this world."""
    for name, value in google_settings_of(world).items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
