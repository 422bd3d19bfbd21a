"""Ctrl-C while it starts, at any stage: nothing is left, and the next start knows nothing of it."""

from __future__ import annotations

import signal
from typing import Any

import pytest

pytestmark = pytest.mark.whole


@pytest.mark.parametrize(
    ("stage", "number"),
    [
        ("sandbox", signal.SIGINT),
        ("database", signal.SIGTERM),
        ("prefect", signal.SIGHUP),
        ("deployments", signal.SIGINT),
    ],
)
def test_nothing_is_left(stack: Any, stage: str, number: signal.Signals) -> None:
    if stack.alive:
        stack.end()
    stack.start(until=stage)
    code, said = stack.end(number)
    assert code == 128 + number
    assert said == ""
    assert not stack.left_behind()
    assert not (stack.home / "services.json").exists()


def test_the_next_start_is_clean(up: Any) -> None:
    assert up.call("GET", "/admin/version")
    assert up.told[-1]["stage"] == "memory"
