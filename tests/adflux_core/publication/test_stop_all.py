"""Stopping everything: one command, confirmed by the platform, though one call in ten fails or is late."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest
from click.testing import CliRunner
from meta_publications import QUIESCENCE, open_posting, raise_caps
from meta_settings import configure
from troubled_publications import opened, script_of
from watched_meta import APPROVED_BUDGET, WatchedSandbox

from adflux_core.advertising import DesiredState, PlatformName
from adflux_core.campaigns.approval import approve_plan
from adflux_core.campaigns.drafting import draft_plan
from adflux_core.creative import template
from adflux_core.errors import CredentialsError
from adflux_core.money import Money
from adflux_core.publication.converge import Outcome, converge
from adflux_core.publication.orders import desire, order_publication
from adflux_core.publication.stopping import stop_until_confirmed
from deployments.cli import adflux
from sandbox.web import Reply, Request

CAMPAIGNS = 200
LATE = 20  # of these, the calls that switched them on arrive only after everything was stopped
DAYS = 20
TICK = timedelta(minutes=10)  # how often converge-campaigns runs
MOST_OF_A_DAY = 1.75  # of the day's share of a budget
SEED = 4067
BROKEN = (
    {"kind": "drop_before_commit"},
    {"kind": "drop_after_commit"},
    {"kind": "html_502", "after_commit": True},
    {"kind": "graph_error"},
    {"kind": "throttle"},
    {"kind": "late_commit", "seconds": 300},
)


class UnreliableSandbox(WatchedSandbox):
    """Of its calls, `odds` go wrong in one of the ways above."""

    odds = 0.0

    def __init__(self, **how: Any) -> None:
        super().__init__(**how)
        self.watching = False  # it looks at two hundred trees after every write
        self.dice = random.Random(SEED)  # noqa: S311

    def unlucky(self) -> bool:
        return self.dice.random() < self.odds

    def perform(self, request: Request) -> Reply | None:
        if self.unlucky():
            self.faults.add(
                {**self.dice.choice(BROKEN), "method": request.method, "path": f"^{request.path}$"}
            )
        return super().perform(request)

    def on(self) -> list[str]:
        """Whatever is switched on, at any level."""
        return [
            f"{node.kind} {node.id}"
            for node in self.account.nodes.values()
            if node.kind in {"campaign", "adset", "ad"} and node.status == "ACTIVE"
            if self.account.campaign_of(node).status != "ARCHIVED"
        ]

    def wait(self, span: timedelta) -> None:
        self.control("POST", "clock", {"advance_seconds": span.total_seconds()})


@pytest.fixture
def unreliable(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[UnreliableSandbox]:
    # One picture is as good as another here, and drawing it costs more than publishing it.
    monkeypatch.setattr(template, "draw_card", cache(template.draw_card))
    with UnreliableSandbox(today=date(2026, 10, 1), seed=7) as world:
        configure(world, monkeypatch)
        raise_caps()
        yield world


def ordered(count: int, first: int = 0) -> list[int]:
    """Publications of one approved plan with so many postings."""
    postings = [open_posting(str(number)) for number in range(first, first + count)]
    budget = Money.parse(f"COP {APPROVED_BUDGET}")
    plan = draft_plan(
        postings, [PlatformName.META], budget=budget, days=DAYS, author="ana", start=date(2026, 10, 2)
    )
    approve_plan(plan.plan_id, "luz")
    return order_publication(plan.plan_id, "test")


def one_pass(publication_id: int) -> Outcome:
    return converge(publication_id, opened, quiescence=QUIESCENCE)


def passes(publication_ids: Sequence[int]) -> set[str]:
    """One tick: a pass over each, eight at a time; where they stand then."""
    with ThreadPoolExecutor(8) as workers:
        return {outcome.state for outcome in workers.map(one_pass, publication_ids)}


def switched_on_late(world: UnreliableSandbox, publication_id: int) -> None:
    """On as far as we know, and each level's first ACTIVE call is still under way."""
    world.begin(script_of((8, "late_commit"), (11, "late_commit"), (14, "late_commit")))
    states = [one_pass(publication_id).state for _ in range(4)]
    assert (states, world.script) == (["doubtful", "doubtful", "doubtful", "active"], {})


def spent(world: UnreliableSandbox) -> int:
    return world.account.spent


@pytest.mark.whole
def test_two_hundred_campaigns_are_off_at_once_and_cost_a_tick_at_most(
    unreliable: UnreliableSandbox,
) -> None:
    everything = ordered(CAMPAIGNS - LATE)
    assert passes(everything) == {"active"}
    unreliable.control("POST", "clock", {"today": "2026-10-03"})
    late = ordered(LATE, first=CAMPAIGNS)
    for publication_id in late:
        switched_on_late(unreliable, publication_id)
    everything += late
    before = spent(unreliable)
    unreliable.wait(timedelta(minutes=1))
    assert len(unreliable.running()) == CAMPAIGNS
    assert spent(unreliable) > before > 0

    unreliable.odds = 0.1
    stopped = stop_until_confirmed("ana", opened, quiescence=QUIESCENCE, wait=lambda _seconds: None)
    unreliable.odds = 0.0
    assert unreliable.on() == []
    assert stopped.still_on == []
    assert [one for one in stopped.publications if one.state != "paused"] == []
    assert [one.publication_id for one in stopped.publications] == sorted(everything)

    at_stop = spent(unreliable)
    unreliable.wait(TICK - timedelta(minutes=1))  # what was under way arrives, and is on until the next pass
    assert len(unreliable.running()) > LATE / 2  # some of what was late is a pause of ours
    unreliable.wait(timedelta(minutes=1))
    assert passes(everything) == {"paused"}
    assert unreliable.on() == []
    cost = spent(unreliable) - at_stop
    day_of_one = APPROVED_BUDGET / DAYS * MOST_OF_A_DAY
    assert 0 < cost <= CAMPAIGNS * day_of_one * (TICK / timedelta(days=1))
    unreliable.wait(timedelta(days=1))
    assert spent(unreliable) == at_stop + cost


def test_a_stop_hangs_on_few_answers(unreliable: UnreliableSandbox) -> None:
    """Every answer that a round needs is one that may fail: with four of them one round in three is lost."""
    publication_ids = ordered(1)
    assert passes(publication_ids) == {"active"}
    # The tree, three pauses, the tree, and what is shown; then the tree, and what is shown.
    for calls in (6, 2):
        unreliable.begin({})
        stop_until_confirmed("ana", opened, quiescence=QUIESCENCE)
        assert (unreliable.asked, unreliable.on()) == (calls, [])


@pytest.mark.parametrize("every", range(4, 12))
def test_calls_that_fail_like_clockwork_do_not_hold_up_a_stop(
    every: int, unreliable: UnreliableSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    publication_ids = ordered(1)
    assert passes(publication_ids) == {"active"}
    calls = itertools.count(1)
    monkeypatch.setattr(unreliable, "unlucky", lambda: next(calls) % every == 0)
    rounds: list[float] = []
    stopped = stop_until_confirmed("ana", opened, quiescence=QUIESCENCE, wait=rounds.append)
    assert ([one.state for one in stopped.publications], stopped.still_on) == (["paused"], [])
    assert (unreliable.on(), len(rounds) <= 4) == ([], True)


def test_the_command_confirms_what_the_platform_shows(unreliable: UnreliableSandbox) -> None:
    running, closing = ordered(2)
    assert passes([running, closing]) == {"active"}
    desire(closing, DesiredState.CLOSED, "ana")  # and no pass has got through since
    said = CliRunner().invoke(adflux, ["stop-all", "--json"], catch_exceptions=False)
    assert (said.exit_code, unreliable.on()) == (0, []), said.stderr
    told = json.loads(said.stdout)
    assert [(one["publication_id"], one["state"]) for one in told["publications"]] == [
        (running, "paused"),
        (closing, "closed"),
    ]
    assert told["still_on"] == []


def test_nothing_to_stop_is_stopped(unreliable: UnreliableSandbox) -> None:
    said = CliRunner().invoke(adflux, ["stop-all", "--json"], catch_exceptions=False)
    assert (said.exit_code, json.loads(said.stdout)) == (0, {"publications": [], "still_on": []})


def test_a_pause_that_the_platform_does_not_keep_is_not_called_stopped(
    unreliable: UnreliableSandbox,
) -> None:
    (publication_id,) = ordered(1)
    assert passes([publication_id]) == {"active"}
    unreliable.control(
        "POST",
        "faults",
        {"method": "POST", "path": r"^\d+$", "kind": "late_commit", "seconds": 60, "times": 999},
    )
    waits: list[float] = []
    stopped = stop_until_confirmed("ana", opened, quiescence=QUIESCENCE, wait=waits.append)
    assert [one.state for one in stopped.publications] == ["doubtful"]
    (told,) = stopped.still_on
    assert told.startswith(f"publication {publication_id}: ")
    assert len(waits) > 5


def test_what_only_a_person_can_mend_is_said_and_the_wish_stands(unreliable: UnreliableSandbox) -> None:
    (publication_id,) = ordered(1)
    assert passes([publication_id]) == {"active"}
    unreliable.control("POST", "faults", {"kind": "revoked_token", "times": 99})
    with pytest.raises(CredentialsError):
        stop_until_confirmed("ana", opened, quiescence=QUIESCENCE)
    unreliable.control("DELETE", "faults")
    assert passes([publication_id]) == {"paused"}
