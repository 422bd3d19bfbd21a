"""A small world to run the shipped `converge` and its rules in, thousands of times a second.

The database, the platform and the clock are pretended; the protocol is the shipped one. Every call that
leaves the protocol is a boundary at which the run may die, and every remote call may lose its request or its
answer, arrive late, or be refused. All of it follows from one seed.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tree_shapes import SHAPES, Shape

from adflux_core.advertising import Account, DesiredState, Node, PlatformName, RemoteObject, Step
from adflux_core.errors import AmbiguousError, NotFoundError, ThrottledError, ValidationError
from adflux_core.money import Money

QUIESCENCE = timedelta(minutes=15)
LONGEST_LATE = timedelta(minutes=9)  # what the quiescence time must exceed, with the index lag on top
INDEX_LAG = timedelta(minutes=4)
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


class SimulatedPlatform:
    """The platform of one run; what it holds is the world's."""

    name = PlatformName.META
    account_id = "act_1"

    def __init__(self, world: World) -> None:
        self.world = world
        self.epoch = world.epoch
        self.nodes = tuple((kind, 0) for kind in world.shape.kinds)

    def account(self) -> Account:
        described = Account(
            platform=self.name,
            external_id=self.account_id,
            name="",
            currency="COP",
            time_zone="UTC",
            smallest_daily_budget=Money(currency="COP", minor=1),
        )
        read: Account = self._remotely(lambda: described)
        return read

    def compile(self, plan: Any, tokens: Mapping[tuple[str, int], str]) -> Sequence[Step]:
        shape, money = self.world.shape, {"budget": plan.budget.minor}

        def node(kind: str) -> Node:
            purse = money if kind == shape.purse else {}
            return Node(
                *(kind, 0, tokens[kind, 0], {"name": tokens[kind, 0]}, purse, shape.parents.get(kind, {})),
                delivers=kind in DELIVERING,
                budget=purse,
            )

        return [Step(tuple(node(kind) for kind in kinds)) for kinds in shape.steps]

    def create(self, step: Step, bound: Mapping[str, str]) -> Mapping[tuple[str, int], str]:
        made: list[Thing] = self._remotely(lambda: self._make_all(step, bound), writing=True)
        return {node.key: thing.external_id for node, thing in zip(step.nodes, made, strict=True)}

    def find(self, node: Node) -> Sequence[RemoteObject]:
        def look() -> list[RemoteObject]:
            return [
                _seen(thing)
                for thing in self.world.things
                if thing.token == node.token
                and thing.listed_from <= self.world.now
                and thing.status is not DesiredState.CLOSED
            ]

        found: list[RemoteObject] = self._remotely(look)
        return found

    def read(self, _kind: str, external_id: str) -> RemoteObject:
        seen: RemoteObject = self._remotely(lambda: _seen(self._thing(external_id)))
        return seen

    def read_tree(self, bound: Mapping[str, str]) -> Mapping[str, RemoteObject]:
        tree: Mapping[str, RemoteObject] = self._remotely(
            lambda: {kind: _seen(self._thing(external_id)) for kind, external_id in bound.items()}
        )
        return tree

    def set_status(self, kind: str, external_id: str, status: DesiredState) -> None:
        def switch() -> None:
            self._thing(external_id).status = status
            self.world.look()

        children = [thing for thing in self.world.things if thing.external_id in self._owned()]
        whole = all(t.status is DesiredState.ACTIVE for t in children if t.kind in {"ad_group", "ad"})
        alone = self.epoch == self.world.epoch
        if kind == "campaign" and status is DesiredState.ACTIVE and alone and not whole:
            self.world.violations.append("the campaign was switched on before what is below it")

        self._remotely(switch, writing=True)

    def change_budget(self, node: Node, external_id: str) -> None:
        def change() -> None:
            self._thing(external_id).fields |= node.budget
            self.world.look()

        self._remotely(change, writing=True)

    def _make_all(self, step: Step, bound: Mapping[str, str]) -> list[Thing]:
        in_use = {thing.token for thing in self.world.things if thing.status is not DesiredState.CLOSED}
        if self.world.names_are_unique and in_use & {node.token for node in step.nodes}:
            raise AmbiguousError("the name is in use")
        known, made = dict(bound), list[Thing]()
        for node in step.nodes:
            made.append(self._make(node, {wire: known[kind] for wire, kind in node.parents.items()}))
            known[node.kind] = made[-1].external_id
        self.world.look()
        return made

    def _make(self, node: Node, parents: dict[str, str]) -> Thing:
        world = self.world
        born = DesiredState.ACTIVE if world.defect == "created ACTIVE" else DesiredState.PAUSED
        lag = world.dice.choice((timedelta(), INDEX_LAG))
        thing = Thing(
            str(len(world.things) + 1),
            node.kind,
            node.token,
            born,
            parents,
            dict(node.expected),
            world.now + lag,
        )
        world.things.append(thing)
        return thing

    def _owned(self) -> set[str | None]:
        return {row.external_id for row in self.world.rows.values()}

    def _thing(self, external_id: str) -> Thing:
        for thing in self.world.things:
            if thing.external_id == external_id:
                return thing
        raise NotFoundError("no such object")

    def _remotely(self, effect: Callable[[], Any], *, writing: bool = False) -> Any:
        """One remote call: boundaries around it, and the fault that the seed dealt it."""
        world = self.world
        world.boundary()
        world.calls += 1
        fault = world.faults.get(world.calls, "")
        if not writing and fault not in {"", "throttled", "refused"}:
            raise ThrottledError("a read that failed changed nothing")
        if fault == "throttled":
            raise ThrottledError("later")
        if fault == "refused":
            raise ValidationError("no")
        if fault in {"lost_request", "broken"}:
            return self._doubt(effect)
        if fault == "late":
            delay = world.dice.random() * LONGEST_LATE
            world.late.append((world.now + delay, effect))
            return self._doubt(effect)
        result = effect()
        world.boundary()
        if fault in {"lost_reply", "broken_but_done"}:
            return self._doubt(effect)
        return result

    def _doubt(self, effect: Callable[[], Any]) -> Any:
        if self.world.defect == "repeated on doubt":
            return effect()
        raise AmbiguousError("no answer")


def _seen(thing: Thing) -> RemoteObject:
    return RemoteObject(
        kind=thing.kind,
        external_id=thing.external_id,
        name=thing.token,
        status=thing.status,
        effective_status=thing.status,
        fields=thing.fields,
        parents=thing.parents,
    )
