"""A world with Google Ads in it, configured as the only platform."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from google_settings import configure_google
from unhurried import Unhurried

from adflux_core.platforms.google_ads.adapter import GoogleAdsPlatform
from adflux_core.settings import settings
from sandbox.server import Sandbox


@pytest.fixture
def google(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A sandbox of one's own on 1 October 2026 in Bogotá, configured as Google Ads."""
    with Sandbox(today=date(2026, 10, 1), seed=7, google_ads=True) as running:
        configure_google(running, monkeypatch)
        yield running


@pytest.fixture
def platform(google: Sandbox) -> GoogleAdsPlatform:
    """The account, with nobody to share it with."""
    return GoogleAdsPlatform(settings(), Unhurried())
