"""Every fault at every call of a publication, alone and in pairs: in the end one campaign, as approved."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Sequence
from datetime import date

import pytest
from meta_publications import QUIESCENCE, objects, one_pass, open_posting, published, raise_caps
from meta_settings import configure
from troubled_publications import TROUBLES, play, script_of
from unhurried import Unhurried
from watched_meta import WatchedSandbox

from adflux_core.errors import UnavailableError
from adflux_core.platforms.meta import adapter
from adflux_core.publication.sweep import sweep
from adflux_core.settings import settings
from sandbox.server import Sandbox

WRITES = (2, 3, 4, 5, 6, 8, 9, 10)  # of a publication that meets no trouble
CALLS = tuple(range(1, 12))  # the same with what is read in between
# How many pairs of faults are told; any number given makes the single faults whole, too: every one at every
# call. `make torture` tells thousands.
STORIES = int(os.environ.get("ADFLUX_FAULT_STORIES", "0"))
PAIRS_A_TEST = STORIES // 4 or 10
WHOLE = re.compile("^drop_after|late_commit|differs")  # where it makes the most difference which call it hits
SEED = 4067

Story = Sequence[tuple[int, str]]


def broken(stories: Sequence[Story], monkeypatch: pytest.MonkeyPatch) -> dict[Story, list[str]]:
    """The stories that end badly; `script_of(*story)` is the script that tells one again."""
    found = {}
    for number, story in enumerate(stories):
        with WatchedSandbox(today=date(2026, 10, 1), seed=7) as world:
            configure(world, monkeypatch)
            if not number:
                raise_caps()  # thousands of campaigns on one account
            wrong = play(world, published(open_posting(str(number))), script_of(*story))
            if wrong:
                found[story] = wrong
    return found


def test_without_any_fault_the_calls_are_the_ones_counted_here(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with WatchedSandbox(today=date(2026, 10, 1), seed=7) as world:
        configure(world, monkeypatch)
        publication_id = published(open_posting())
        world.control("DELETE", "calls")
        assert play(world, publication_id, {}) == []
        methods = [call["method"] for call in world.control("GET", "calls")["calls"]]
    assert [number for number, method in enumerate(methods, start=1) if method == "POST"] == list(WRITES)
    assert set(methods[len(CALLS) :]) == {"GET"}


@pytest.mark.parametrize("name", TROUBLES)
def test_a_fault_alone(database_url: str, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    dice = random.Random(f"{SEED} {name}")  # noqa: S311
    calls = CALLS if STORIES else WRITES if WHOLE.search(name) else sorted(dice.sample(WRITES, 2))
    assert broken([((call, name),) for call in calls], monkeypatch) == {}


@pytest.mark.parametrize("part", range(4))
def test_two_faults(database_url: str, monkeypatch: pytest.MonkeyPatch, part: int) -> None:
    """At any two calls, the second often one of the recovery; or both at one call, where they can meet."""
    dice = random.Random(f"{SEED} {part}")  # noqa: S311
    stories = [
        tuple(sorted((dice.choice(range(1, 26)), dice.choice(list(TROUBLES))) for _ in range(2)))
        for _ in range(PAIRS_A_TEST)
    ]
    assert broken(stories, monkeypatch) == {}


@pytest.mark.parametrize("spoiled", ["empty_middle_page", "cursor_loop", "repeated_row"])
def test_a_spoiled_page_hides_nothing_and_doubles_nothing(
    world: Sandbox, posting_id: int, monkeypatch: pytest.MonkeyPatch, spoiled: str
) -> None:
    """Two campaigns carry one token, one to a page; the second page is spoiled, first of the search, then of
    the sweep."""
    monkeypatch.setattr(adapter, "PAGE_SIZE", 1)
    publication_id = published(posting_id)
    spoil(world, "POST", "late_commit", seconds=7200)
    assert one_pass(publication_id).state == "doubtful"
    spoil(world, "POST", "drop_after_commit")
    assert one_pass(publication_id, later=QUIESCENCE * 2).state == "doubtful"
    world.control("POST", "flush")
    assert len(objects(world, "campaign")) == 2

    spoil(world, "GET", spoiled)
    if spoiled == "cursor_loop":
        with pytest.raises(UnavailableError, match="leads nowhere"):
            one_pass(publication_id, later=QUIESCENCE * 2)
    outcome = one_pass(publication_id, later=QUIESCENCE * 2)
    oldest, newest = sorted(thing["id"] for thing in objects(world, "campaign"))
    assert (outcome.state, outcome.external_ids["campaign"]) == ("active", oldest)
    assert world.faults.left() == []

    spoil(world, "GET", spoiled)
    meta = adapter.MetaPlatform(settings(), Unhurried())
    if spoiled == "cursor_loop":
        with pytest.raises(UnavailableError, match="leads nowhere"):
            sweep(meta, quiescence=QUIESCENCE)
    sweep(meta, quiescence=QUIESCENCE)
    assert {thing["id"]: thing["status"] for thing in objects(world, "campaign")} == {
        oldest: "ACTIVE",
        newest: "ARCHIVED",
    }
    assert world.faults.left() == []


def spoil(world: Sandbox, method: str, kind: str, **details: object) -> None:
    world.control("POST", "faults", {"method": method, "path": "campaigns$", "kind": kind, **details})
