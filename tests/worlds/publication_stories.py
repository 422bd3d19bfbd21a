"""Stories in the small world: runs that die, stop and overlap under faults; then peace, and a judgement."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from publication_world import FAULTS, QUIESCENCE, Killed, World
from simulated_claim import SimulatedClaim
from simulated_platform import INDEX_LAG, LONGEST_LATE, SimulatedPlatform
from tree_shapes import SHAPES

from adflux_core.advertising import DesiredState
from adflux_core.errors import PlatformError
from adflux_core.publication.claim import FencedError
from adflux_core.publication.converge import Outcome, converge
from adflux_core.publication.sweep import verdict


def one_run(world: World) -> Outcome | None:
    """One pass of the shipped protocol; None when it died, was fenced off or refused."""
    world.boundaries = 0

    @contextmanager
    def take(_publication_id: int) -> Iterator[SimulatedClaim | None]:
        if world.held:
            yield None
            return
        world.epoch += 1
        mine = world.epoch
        world.held = True
        try:
            yield SimulatedClaim(world)
        finally:
            if world.epoch == mine:
                world.held = False

    quiescence = timedelta() if world.defect == "no quiescence" else QUIESCENCE
    try:
        return converge(
            1,
            lambda _name, _account: SimulatedPlatform(world),  # type: ignore[arg-type, return-value]
            quiescence=quiescence,
            now=lambda: world.now,
            take=take,  # type: ignore[arg-type]
        )
    except (Killed, FencedError, PlatformError):
        return None


def play(seed: int, defect: str = "", shape: str = "one by one") -> World:
    """One story: runs that die, stop and overlap under faults; then peace, and a sweep."""
    world = World(seed, SHAPES[shape], defect=defect)
    dice = world.dice
    for _ in range(dice.randint(1, 3)):
        _disturb(world)
        one_run(world)
        world.pass_time(dice.random() * 1.5 * QUIESCENCE)
        if dice.random() < 0.3:
            _sweep(world)
        if dice.random() < 0.15:
            world.budget, world.changing = 150, True
            world.approved.add(150)
        if dice.random() < 0.15:
            world.desired = dice.choice(list(DesiredState))
            if world.desired is DesiredState.CLOSED:
                break
    world.faults, world.die_at, world.pause_at = {}, None, None
    for _ in range(8):
        world.pass_time(QUIESCENCE + LONGEST_LATE + INDEX_LAG)
        one_run(world)
        _sweep(world)
    _judge(world)
    return world


def _disturb(world: World) -> None:
    dice = world.dice
    world.faults = {world.calls + dice.randint(1, 28): dice.choice(FAULTS) for _ in range(dice.randint(0, 3))}
    world.die_at = dice.randint(1, 70) if dice.random() < 0.5 else None
    world.pause_at = dice.randint(1, 60) if dice.random() < 0.25 else None

    def meanwhile() -> None:
        world.overlapped = True
        boundaries, die_at = world.boundaries, world.die_at
        world.held, world.die_at = False, None  # a stopped process lost its connection, and so its lock
        world.pass_time(dice.random() * 2 * QUIESCENCE)
        one_run(world)
        world.boundaries, world.die_at = boundaries, die_at

    world.meanwhile = meanwhile


def _sweep(world: World) -> None:
    """What the shipped sweep does at each tick: pause what seems nobody's, put away what certainly is."""
    owners = {row.token: row for row in world.rows.values()}
    for thing in world.things:
        if thing.status is DesiredState.CLOSED or thing.listed_from > world.now:
            continue
        owner, one = owners.get(thing.token), thing.external_id
        if verdict(owner, one, world.now, world.now, QUIESCENCE) is None:  # type: ignore[arg-type]
            continue
        seen_at = world.seen_astray.setdefault(one, world.now)
        certain = verdict(owner, one, seen_at, world.now, QUIESCENCE)  # type: ignore[arg-type]
        thing.status = DesiredState.CLOSED if certain else DesiredState.PAUSED


def _judge(world: World) -> None:
    """What must hold in the end."""
    world.look()
    live = [thing for thing in world.things if thing.kind == "campaign" and world.delivers(thing)]
    owned = {row.external_id for row in world.rows.values()}
    wanted = world.desired is DesiredState.ACTIVE
    drifted = world.state == "drifted"  # it was stopped late on the platform: shown, not fought
    if len(live) != int(wanted) and not drifted:
        world.violations.append(f"{len(live)} campaigns deliver, desired is {world.desired}")
    if drifted and live:
        world.violations.append("called drifted, and it delivers")
    # As long as no answer is later than the quiescence time and one works at a time, nothing is made twice.
    if not world.overlapped and len({thing.token for thing in world.things}) < len(world.things):
        world.violations.append("an object was made twice")
    stray = [t for t in world.things if t.external_id not in owned and t.status is not DesiredState.CLOSED]
    if stray:
        world.violations.append(f"{len(stray)} unbound objects are left after the sweep")
    running = {
        thing.fields["budget"] for thing in world.things if thing.external_id in owned and thing.fields
    }
    if wanted and not drifted and running - {world.budget}:
        world.violations.append(f"{running} runs, {world.budget} was approved last")
    if wanted and not drifted and {row.state for row in world.rows.values()} - {"ACTIVE", "VERIFIED"}:
        world.violations.append("the tree is not finished")
