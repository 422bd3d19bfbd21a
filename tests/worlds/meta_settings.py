"""The settings that make a sandbox the configured Meta platform."""

from __future__ import annotations

import pytest

from adflux_core.settings import settings
from sandbox.server import Sandbox


def settings_of(world: Sandbox) -> dict[str, str]:
    """As environment variables."""
    return {
        "META_GRAPH_URL": world.meta_graph_url,
        "META_ACCESS_TOKEN": world.meta_access_token,
        "META_APP_SECRET": world.meta_app_secret or "",
        "META_AD_ACCOUNT_ID": world.meta_ad_account_id,
        "META_PAGE_ID": world.meta_page_id,
    }


def configure(world: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on Meta is this world."""
    for name, value in settings_of(world).items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
