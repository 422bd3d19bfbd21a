"""Nothing that looks like a secret or a person leaves through a log."""

from __future__ import annotations

import logging

import pytest

from adflux_core.errors import InputError
from adflux_core.log import Redact, redact
from adflux_core.settings import settings

CANARY = "EAAB0canary0token"


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("META_ACCESS_TOKEN", CANARY)
    settings.cache_clear()


@pytest.mark.parametrize(
    "text",
    [
        f"plain {CANARY} in a sentence",
        f"https://graph.example/v26.0/act_1?fields=id&access_token={CANARY}&limit=1",
        f"{{'access_token': '{CANARY}'}}",
        f"Authorization: Bearer {CANARY}",
    ],
)
def test_a_known_secret_is_taken_out(token: None, text: str) -> None:
    assert CANARY not in redact(text)
    assert "[redacted]" in redact(text)


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("?access_token=unknown123&x=1", "unknown123"),
        ("postgresql://me:hunter2@db:5432/adflux", "hunter2"),
        ("api_key: 'AIzaUnknown'", "AIzaUnknown"),
        ("write to ana.lopez@example.com today", "ana.lopez"),
    ],
)
def test_what_only_looks_like_a_secret_goes_too(text: str, gone: str) -> None:
    assert gone not in redact(text)


def test_our_own_errors_are_logged_in_one_line_and_others_without_secrets(token: None) -> None:
    def logged(error: Exception) -> str:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "failed: %s", (error,), None)
        with pytest.raises(type(error)) as raised:
            raise error
        record.exc_info = raised._excinfo
        assert Redact().filter(record)
        return logging.Formatter().format(record)

    assert logged(InputError("the file is empty")) == "failed: the file is empty"
    other = logged(ValueError(f"url?access_token={CANARY}"))
    assert "Traceback" in other
    assert CANARY not in other
