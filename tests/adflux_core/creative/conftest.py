"""A pretended model of one's own, and time that passes when somebody waits."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from written_ads import UnhurriedClock, governor

from adflux_core.creative.gemini.client import Gemini
from adflux_core.settings import settings
from sandbox.server import Sandbox


@pytest.fixture
def clock() -> UnhurriedClock:
    return UnhurriedClock()


@pytest.fixture
def gemini_world(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    with Sandbox(seed=5) as world:
        monkeypatch.setenv("GEMINI_BASE_URL", world.gemini_base_url)
        monkeypatch.setenv("GEMINI_API_KEY", world.gemini_api_key)
        settings.cache_clear()
        yield world


@pytest.fixture
def model(gemini_world: Sandbox, clock: UnhurriedClock) -> Gemini:
    return Gemini(governor(clock))
