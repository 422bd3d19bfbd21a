"""The proofs by kills would notice: each part of the protocol, left out, is caught by them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from frozen_stories import freeze
from kill_boundaries import Boundary
from kill_stories import Stage

pytestmark = pytest.mark.whole

# Where a death shows that this part is missing, and what the referee says to it.
DEADLY = {
    "no intent": (Boundary("call", 1, "unanswered"), "2 of campaign were made"),
    "repeated on doubt": (Boundary("call", 2, "unanswered"), "2 of adset were made"),
    "no quiescence": (Boundary("call", 1, "soon"), "2 of campaign were made"),
    "created ACTIVE": (Boundary("commit", 2, "before"), "was asked to make an active object"),
    "campaign switched on first": (Boundary("call", 7, "lost"), "switched on before what is in it"),
    "never finished": (Boundary("call", 5, "lost"), "the publication is failed"),
}


@pytest.mark.parametrize("defect", DEADLY)
def test_a_kill_shows_that_a_part_is_missing(stage: Callable[..., Stage], defect: str) -> None:
    boundary, verdict = DEADLY[defect]
    broken = stage(defect)
    assert broken.kill_at(boundary)
    assert verdict in "; ".join(broken.finish().wrongs)


@pytest.mark.parametrize("defect", DEADLY)
def test_the_same_kill_without_the_defect_shows_nothing(stage: Callable[..., Stage], defect: str) -> None:
    sound = stage()
    assert sound.kill_at(DEADLY[defect][0])
    assert sound.finish().wrongs == []


def test_who_wakes_up_without_the_epoch_does_harm(stage: Callable[..., Stage]) -> None:
    story = freeze(stage("no epoch check"), Boundary("call", 1, "late"))
    assert "the one that woke up wrote to the database" in story.wrongs
