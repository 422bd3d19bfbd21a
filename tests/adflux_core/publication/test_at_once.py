"""A double click, two workers, two command lines on one publication: one tree, and one of them at a time."""

from __future__ import annotations

import multiprocessing
import os
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from multiprocessing.synchronize import Barrier
from queue import Queue
from typing import Any

import pytest
from meta_publications import QUIESCENCE, open_posting, planned, raise_caps
from meta_settings import configure
from watched_meta import WatchedSandbox

from adflux_core.accounts import open_platform
from adflux_core.advertising import PlatformName
from adflux_core.campaigns.approval import approve_plan
from adflux_core.creative import template
from adflux_core.publication.claim import Claim, claim
from adflux_core.publication.converge import Outcome, converge
from adflux_core.publication.orders import order_publication

ROUNDS = int(os.environ.get("ADFLUX_ROUNDS", "200"))
ROUNDS_OF_PROCESSES = 20
SEED = 4067
LONGEST_WAIT = 5.0  # seconds; a deadlock is longer
HANGS = 60.0
KINDS = ["ad", "adcreative", "adset", "campaign"]


class Gate:
    """The shipped claim, counted: how many are past it, and how many ever were at once."""

    def __init__(self) -> None:
        self.inside = self.most = 0
        self._lock = threading.Lock()

    @contextmanager
    def take(self, publication_id: int) -> Iterator[Claim | None]:
        with claim(publication_id) as held:
            self._count(held is not None, 1)
            try:
                yield held
            finally:
                self._count(held is not None, -1)

    def _count(self, counts: bool, step: int) -> None:
        with self._lock:
            self.inside += step * counts
            self.most = max(self.most, self.inside)


@pytest.fixture
def watched(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[WatchedSandbox]:
    # One picture is as good as another here, and drawing it costs more than publishing it.
    monkeypatch.setattr(template, "draw_card", cache(template.draw_card))
    with WatchedSandbox(today=date(2026, 10, 1), seed=7) as world:
        configure(world, monkeypatch)
        raise_caps()
        yield world


def click(plan_id: int, start: Any, take: Any = claim) -> tuple[int, Outcome, float]:
    """What one worker does with a plan, from the moment that all of them are there."""
    start.wait(HANGS)
    began = time.monotonic()
    (publication_id,) = order_publication(plan_id, "test")
    outcome = converge(publication_id, open_platform, quiescence=QUIESCENCE, take=take)
    return publication_id, outcome, time.monotonic() - began


def approved(number: int) -> int:
    plan_id = planned(open_posting(str(number)))
    approve_plan(plan_id, "luz")
    return plan_id


def wrong_with(world: WatchedSandbox, seen: int, clicks: list[tuple[int, Outcome, float]]) -> list[str]:
    """What a round, whose world held `seen` objects before, did that it must not."""
    made = list(world.account.nodes.values())[seen:]
    publications = {publication_id for publication_id, _, _ in clicks}
    states = {"busy" if outcome.busy else outcome.state for _, outcome, _ in clicks}
    longest = max(seconds for _, _, seconds in clicks)
    wrong = []
    if len(publications) != 1:
        wrong.append(f"publications {publications}")
    if sorted(node.kind for node in made if node.kind not in {"adimage", "adlabel"}) != KINDS:
        wrong.append(f"made {[node.kind for node in made]}")
    if "active" not in states or states - {"active", "busy"}:
        wrong.append(f"ended {states}")
    if longest > LONGEST_WAIT:
        wrong.append(f"waited {longest:.1f} s")
    return wrong


@pytest.mark.whole
def test_two_or_three_threads_at_once(watched: WatchedSandbox) -> None:
    """A failure names its round; how many ran in it follows from SEED."""
    watched.watching = False  # hundreds of publications run side by side here
    dice = random.Random(SEED)  # noqa: S311
    broken: dict[int, list[str]] = {}
    busy = 0
    for number in range(ROUNDS):
        plan_id, seen, gate = approved(number), len(watched.account.nodes), Gate()
        workers = dice.choice((2, 3))
        start = threading.Barrier(workers)
        told: Queue[tuple[int, Outcome, float]] = Queue()
        for _ in range(workers):
            # A daemon: one that waits for ever fails the test and does not hold it up.
            threading.Thread(
                target=lambda told, *given: told.put(click(*given)),
                args=(told, plan_id, start, gate.take),
                daemon=True,
            ).start()
        clicks = [told.get(timeout=HANGS) for _ in range(workers)]
        wrong = wrong_with(watched, seen, clicks)
        if gate.most != 1:
            wrong.append(f"{gate.most} were past the claim at once")
        if wrong:
            broken[number] = wrong
        busy += sum(outcome.busy for _, outcome, _ in clicks)
    assert broken == {}
    assert busy > ROUNDS / 10  # they did meet


def _process(plans: Any, start: Barrier, told: Any) -> None:
    open_platform(PlatformName.META).account()  # what is imported when first used is no part of a wait
    while (plan_id := plans.get()) is not None:
        told.put(click(plan_id, start))


@pytest.mark.whole
def test_two_processes_at_once(watched: WatchedSandbox) -> None:
    watched.watching = False
    context = multiprocessing.get_context("spawn")
    start, told, queues = context.Barrier(2), context.Queue(), [context.Queue(), context.Queue()]
    running = [context.Process(target=_process, args=(plans, start, told), daemon=True) for plans in queues]
    for one in running:
        one.start()
    broken: dict[int, list[str]] = {}
    for number in range(ROUNDS_OF_PROCESSES):
        plan_id, seen = approved(number), len(watched.account.nodes)
        for plans in queues:
            plans.put(plan_id)
        clicks = [told.get(timeout=HANGS) for _ in running]
        wrong = wrong_with(watched, seen, clicks)
        if wrong:
            broken[number] = wrong
    for plans in queues:
        plans.put(None)
    for one in running:
        one.join()
    assert broken == {}
    assert [one.exitcode for one in running] == [0, 0]
