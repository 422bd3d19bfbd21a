"""A small world to run the shipped `converge` and its rules in, thousands of times a second.

The database, the platform and the clock are pretended; the protocol is the shipped one. Every call that
leaves the protocol is a boundary at which the run may die, and every remote call may lose its request or its
answer, arrive late, or be refused. All of it follows from one seed.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tree_shapes import SHAPES, Shape

from adflux_core.advertising import DesiredState
from adflux_core.errors import AmbiguousError

QUIESCENCE = timedelta(minutes=15)
DELIVERING = ("campaign", "ad_group", "ad")
FAULTS = ("lost_request", "lost_reply", "late", "broken", "broken_but_done", "throttled", "refused")


class Killed(BaseException):
    """The process is gone: no `except` of the protocol may see it."""


@dataclass
class Thing:
    """One object on the pretended platform."""

    external_id: str
    kind: str
    token: str
    status: DesiredState
    parents: dict[str, str]
    fields: dict[str, Any]
    listed_from: datetime


@dataclass
class Row:
    """One row of platform_object."""

    kind: str
    ordinal: int
    token: str
    state: str = "PLANNED"
    external_id: str | None = None
    attempted_at: datetime | None = None


@dataclass
class World:
    """Everything there is, and the seed it all follows from."""

    seed: int
    shape: Shape = SHAPES["one by one"]
    desired: DesiredState = DesiredState.ACTIVE
    epoch: int = 0
    held: bool = False
    state: str = "planned"
    budget: int = 100  # as approved last
    approved: set[int] = field(default_factory=lambda: {100})  # whatever was approved so far
    changing: bool = False  # a change of budget is approved and not seen on the platform yet
    defect: str = ""
    now: datetime = datetime(2026, 10, 1, tzinfo=UTC)
    rows: dict[tuple[str, int], Row] = field(default_factory=dict)
    things: list[Thing] = field(default_factory=list)
    late: list[tuple[datetime, Callable[[], None]]] = field(default_factory=list)
    orphans: set[str] = field(default_factory=set)
    seen_astray: dict[str, datetime] = field(default_factory=dict)  # since when the sweep knows of it
    faults: dict[int, str] = field(default_factory=dict)  # the n-th remote call fails so
    die_at: int | None = None  # the n-th boundary of this run is its last
    pause_at: int | None = None  # at the n-th boundary this run is stopped while another one works
    meanwhile: Callable[[], None] = lambda: None
    calls: int = 0
    boundaries: int = 0
    overlapped: bool = False
    violations: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)  # noqa: S311
        self.rows = {(kind, 0): Row(kind, 0, f"[af:sim:{kind}]") for kind in self.shape.kinds}

    @property
    def names_are_unique(self) -> bool:
        return self.shape.names_are_unique and self.seed % 2 == 1

    def boundary(self) -> None:
        """Between any two effects, a run may die or be stopped."""
        self.boundaries += 1
        if self.boundaries == self.die_at:
            raise Killed
        if self.boundaries == self.pause_at:
            self.pause_at = None
            self.meanwhile()

    def pass_time(self, step: timedelta) -> None:
        """Time goes on, and what was under way arrives at its own moment."""
        until = self.now + step
        for due, apply in sorted((e for e in self.late if e[0] <= until), key=lambda entry: entry[0]):
            self.now = due
            with suppress(AmbiguousError):  # the name is in use by now; nobody hears of it
                apply()
        self.late = [entry for entry in self.late if entry[0] > until]
        self.now = until
        self.look()

    def look(self) -> None:
        """What must hold at every moment."""
        live = [thing for thing in self.things if thing.kind == "campaign" and self.delivers(thing)]
        if len(live) > 1:
            self.violations.append(f"{len(live)} campaigns deliver at once")
        owned = {row.external_id for row in self.rows.values()}
        for thing in self.things:
            if thing.status is DesiredState.ACTIVE and thing.external_id not in owned:
                self.violations.append(f"unbound {thing.kind} {thing.external_id} is ACTIVE")
        for campaign in live:
            if campaign.external_id not in owned:
                self.violations.append("an unbound campaign delivers")
            if {purse.fields.get("budget") for purse in self.purses(campaign)} - self.approved:
                self.violations.append("something delivers with another budget than approved")

    def purses(self, campaign: Thing) -> list[Thing]:
        """What the campaign spends from: above it or below it."""
        above = campaign.parents.get("budget_id")
        return [
            thing
            for thing in self.things
            if thing.kind == self.shape.purse
            and (thing.external_id == above or thing.parents.get("campaign_id") == campaign.external_id)
        ]

    def delivers(self, campaign: Thing) -> bool:
        active = [thing for thing in self.things if thing.status is DesiredState.ACTIVE]
        groups = {t.external_id for t in active if t.parents.get("campaign_id") == campaign.external_id}
        return campaign in active and any(
            ad.parents.get("adset_id") in groups for ad in active if ad.kind == "ad"
        )
