"""The example names every setting, and nobody spends real money by accident."""

from __future__ import annotations

from pathlib import Path

import pytest

from adflux_core.errors import ConfigurationError
from adflux_core.settings import Settings, settings

ROOT = Path(__file__).parents[2]


def test_the_example_lists_every_setting_once_with_a_comment() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    named = [
        line.lstrip("# ").partition("=")[0]
        for line in lines
        if "=" in line and line.lstrip("# ")[:1].isupper()
    ]
    assert named == [name.upper() for name in Settings.model_fields]
    for name, field in Settings.model_fields.items():
        assert field.description, name


@pytest.mark.parametrize(
    ("live", "accounts", "allowed"),
    [("0", "act_1", False), ("1", "", False), ("1", "act_2", False), ("1", "act_2, act_1", True)],
)
def test_a_live_platform_needs_both_words(
    monkeypatch: pytest.MonkeyPatch, live: str, accounts: str, allowed: bool
) -> None:
    monkeypatch.setenv("ADFLUX_LIVE", live)
    monkeypatch.setenv("ADFLUX_LIVE_ACCOUNTS", accounts)
    settings.cache_clear()
    if allowed:
        settings().check_reach("https://graph.example.com", "act_1")
    else:
        with pytest.raises(ConfigurationError, match="ADFLUX_LIVE"):
            settings().check_reach("https://graph.example.com", "act_1")
    settings().check_reach("http://127.0.0.1:9000", "act_1")


def test_a_setting_that_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADFLUX_QUIESCENCE_SECONDS", "soon")
    settings.cache_clear()
    with pytest.raises(ConfigurationError, match="ADFLUX_QUIESCENCE_SECONDS"):
        settings()
