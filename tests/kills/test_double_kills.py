"""A process is killed, the one that recovers is killed, too, and the third finishes: exactly once.

The number in a test's name is the seed: `pytest tests/kills -k "kills[meta-17]"` plays that one again.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from kill_boundaries import Boundary
from kill_stories import Stage, Story, time_passes, two_of

pytestmark = pytest.mark.whole

ROUNDS = int(os.environ.get("ADFLUX_DOUBLE_KILLS", "12"))


def killed_twice(stage: Stage, boundaries: list[Boundary], seed: int) -> Story:
    first, second = two_of(boundaries, seed)
    assert stage.kill_at(first), f"{first} was not reached: {stage.story.told}"
    if second.fate != "soon":
        time_passes()
    stage.kill_at(second)
    return stage.finish()


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_one_publication_survives_two_kills(
    stage: Callable[..., Stage], boundaries: list[Boundary], seed: int
) -> None:
    story = killed_twice(stage(), boundaries, seed)
    assert story.wrongs == [], story


def test_most_of_them_are_killed_twice(stage: Callable[..., Stage], boundaries: list[Boundary]) -> None:
    """A second boundary that the recovering run never comes to would prove nothing."""
    deaths = [len(killed_twice(stage(), boundaries, 1000 + seed).killed) for seed in range(4)]
    assert deaths.count(2) >= 3, deaths
