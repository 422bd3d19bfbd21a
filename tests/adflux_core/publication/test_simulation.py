"""Twenty thousand stories of crashes, doubts and overlaps, and not one campaign too many."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

import pytest
from publication_stories import play
from tree_shapes import SHAPES

from adflux_core.publication import converge as protocol

SCENARIOS = int(os.environ.get("ADFLUX_SCENARIOS", "20000"))
ENOUGH_FOR_A_DEFECT = 2000


def violations(shape: str, seeds: range) -> list[tuple[int, list[str]]]:
    return [(seed, world.violations) for seed in seeds if (world := play(seed, shape=shape)).violations]


@pytest.mark.parametrize("shape", SHAPES)
def test_no_story_breaks_the_promise(shape: str) -> None:
    """A failure names its seed: `play(seed, shape=shape)` tells the same story again."""
    step = SCENARIOS // 8 or 1
    parts = [range(start, min(start + step, SCENARIOS)) for start in range(0, SCENARIOS, step)]
    with ProcessPoolExecutor(max_workers=2, mp_context=get_context("fork")) as pool:
        broken = [story for part in pool.map(partial(violations, shape), parts) for story in part]
    assert broken == []


@pytest.mark.parametrize(
    "defect",
    [
        *("created ACTIVE", "no intent", "no quiescence", "repeated on doubt"),
        *("bound before created", "no epoch check"),
    ],
)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_planted_defect_is_found(defect: str, shape: str) -> None:
    assert any(play(seed, defect, shape).violations for seed in range(ENOUGH_FOR_A_DEFECT)), defect


@pytest.mark.parametrize("shape", SHAPES)
def test_switching_the_campaign_on_first_is_found(shape: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "reversed", list, raising=False)
    assert any(play(seed, shape=shape).violations for seed in range(ENOUGH_FOR_A_DEFECT))


def test_the_same_seed_tells_the_same_story() -> None:
    one, other = play(77), play(77)
    assert (one.calls, one.now, one.rows, one.things) == (other.calls, other.now, other.rows, other.things)
