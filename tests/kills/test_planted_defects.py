"""The proofs by kills would notice: each part of the protocol, left out, is caught on each platform."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from frozen_stories import freeze
from kill_boundaries import Boundary
from kill_stories import Stage
from platform_world import PlatformWorld

pytestmark = pytest.mark.whole

# Where a death shows that this part is missing (a call: which of those that write), and what the referee says
# to it: where a campaign's name may be taken twice, and where it may not.
DEADLY = {
    "no intent": ("call", 0, "unanswered", "2 of campaign were made", "the publication is doubtful"),
    "repeated on doubt": ("call", 0, "unanswered", "2 of campaign were made", "the publication is doubtful"),
    # The platform itself refuses the second tree, which is one call: asking too early does no harm there.
    "no quiescence": ("call", 0, "soon", "2 of campaign were made", ""),
    "created ACTIVE": ("commit", 2, "before", *2 * ("an active campaign was asked for",)),
    "campaign switched on first": ("call", -3, "lost", *2 * ("switched on before what is in it",)),
    "never finished": ("call", 0, "lost", *2 * ("the publication is failed",)),
}


def where(defect: str, boundaries: list[Boundary]) -> Boundary:
    kind, nth, fate, *_ = DEADLY[defect]
    writes = [one.nth for one in boundaries if one.fate == "soon"]
    return Boundary(kind, writes[nth] if kind == "call" else nth, fate)


@pytest.mark.parametrize("defect", DEADLY)
def test_a_kill_shows_that_a_part_is_missing(
    here: PlatformWorld, stage: Callable[..., Stage], boundaries: list[Boundary], defect: str
) -> None:
    verdict = DEADLY[defect][4 if here.unique_names else 3]
    broken = stage(defect)
    assert broken.kill_at(where(defect, boundaries))
    wrongs = broken.finish().wrongs
    assert verdict in "; ".join(wrongs)
    assert bool(wrongs) == bool(verdict)


@pytest.mark.parametrize("defect", DEADLY)
def test_the_same_kill_without_the_defect_shows_nothing(
    stage: Callable[..., Stage], boundaries: list[Boundary], defect: str
) -> None:
    sound = stage()
    assert sound.kill_at(where(defect, boundaries))
    assert sound.finish().wrongs == []


def test_who_wakes_up_without_the_epoch_does_harm(
    stage: Callable[..., Stage], boundaries: list[Boundary]
) -> None:
    first = next(one for one in boundaries if one.fate == "late")
    story = freeze(stage("no epoch check"), first)
    assert "the one that woke up wrote to the database" in story.wrongs
