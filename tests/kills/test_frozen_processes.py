"""A process is stopped, loses its place, another finishes, and it wakes up: too late to write anything.

How the place is lost is PostgreSQL's: it gives up on the connections of a machine that stopped answering.
The number in a test's name is the seed: `pytest tests/kills -k "finished_writes_nothing[meta-3]"` plays that
one again.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable

import pytest
from frozen_stories import freeze
from kill_boundaries import Boundary
from kill_stories import Stage

pytestmark = pytest.mark.whole

ROUNDS = int(os.environ.get("ADFLUX_FREEZES", "4"))


def freezing(boundaries: list[Boundary]) -> list[Boundary]:
    """A call that happens soon or late is the same to one that sleeps: it happens when it wakes up."""
    return [one for one in boundaries if one.fate != "soon"]


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_who_wakes_up_after_another_finished_writes_nothing(
    stage: Callable[..., Stage], boundaries: list[Boundary], seed: int
) -> None:
    dice = random.Random(seed)  # noqa: S311 - to be replayed, not to be secret
    boundary = dice.choice(freezing(boundaries))
    story = freeze(stage(), boundary)
    assert story.wrongs == [], story


def test_who_wakes_up_without_its_lock_can_no_longer_write(
    stage: Callable[..., Stage], boundaries: list[Boundary]
) -> None:
    """It writes where it held the lock, and that connection is gone."""
    story = freeze(stage(), Boundary("call", 0, "unanswered"))
    assert story.wrongs == []
    assert story.told[-1].startswith("DatabaseUnavailableError"), story
