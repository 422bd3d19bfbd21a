"""Processes that die at chosen boundaries of a publication, and others that finish their work."""

from __future__ import annotations

import random
import signal
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import psutil
from children import Children, End
from kill_boundaries import Boundary, Held, Standstill
from publication_verdict import wrongs
from running_stack import eventually
from sqlalchemy import text

from adflux_core import database
from adflux_core.accounts import open_platform
from adflux_core.publication.sweep import sweep
from adflux_core.settings import settings

ENOUGH_PASSES = 4


@dataclass
class Story:
    """What was done to one publication, and what was wrong in the end."""

    killed: list[str] = field(default_factory=list)
    wrongs: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


class Stage:
    """One publication, the processes that work on it, and both of their wires."""

    def __init__(
        self,
        publication_id: int,
        standstill: Standstill,
        children: Children,
        environment: dict[str, str],
        defect: str = "",
    ) -> None:
        self.publication_id = publication_id
        self.standstill = standstill
        self.children = children
        self.environment = environment
        self.defect = defect
        self.late: list[Held] = []
        self.story = Story()

    def kill_at(self, boundary: Boundary) -> bool:
        """Run one until the boundary and kill it there. False when it ended before."""
        child = self.run_to(boundary)
        if child is None:
            return False
        child.send_signal(signal.SIGKILL)
        assert self.children.wait(child).code == -signal.SIGKILL
        self.story.killed.append(str(boundary))
        held = self.standstill.held()
        if boundary.kind == "commit":
            held.cut()
        elif boundary.fate in {"lost", "unanswered"}:
            held.let_go()
        elif boundary.fate == "soon":
            self.one_pass()
            held.let_go()
        else:
            self.late.append(held)
        return True

    def run_to(self, boundary: Boundary) -> psutil.Process | None:
        """One that stands still there; none when it ended before."""
        self.standstill.arm(boundary)
        child = self.children.start(self.publication_id, self.environment, self.defect)
        eventually(lambda: self.standstill.reached() or child.status() == psutil.STATUS_ZOMBIE, pause=0.005)
        if self.standstill.reached():
            return child
        self.story.told.append(self.children.wait(child).said)
        return None

    def one_pass(self) -> End:
        self.standstill.arm(None)
        child = self.children.start(self.publication_id, self.environment, self.defect)
        end = self.children.wait(child)
        self.story.told.append(end.said)
        return end

    def finish(self) -> Story:
        """Pass after pass until it is active, then whatever was still on its way, one sweep, the verdict."""
        time_passes()
        self.until_active()
        return self.judged()

    def until_active(self) -> None:
        for _ in range(ENOUGH_PASSES):
            if self.one_pass().said.startswith("active"):
                return
            time_passes()

    def judged(self, *, once: bool = True) -> Story:
        """`once`: nothing that happened is an excuse for having made anything twice."""
        for deed in self.late:
            deed.let_go()
        here = self.standstill.here
        sweep(open_platform(here.name), quiescence=quiescence())
        once = once and not self.late
        self.story.wrongs += wrongs(here, self.publication_id, once=once)
        return self.story


def time_passes() -> None:
    """Longer than the quiescence time, as the database sees it: nobody waits for a clock."""
    sql = "UPDATE adflux.platform_object SET attempted_at = attempted_at - CAST(:by AS interval)"
    with database.transaction() as session:
        session.execute(text(sql), {"by": 2 * quiescence()})


def quiescence() -> timedelta:
    return timedelta(seconds=settings().adflux_quiescence_seconds)


def two_of(boundaries: Sequence[Boundary], seed: int) -> tuple[Boundary, Boundary]:
    """Where the first dies, and where the one that recovers does: each comes first once in so many seeds."""
    shuffled = random.Random(0).sample(boundaries, len(boundaries))  # noqa: S311 - to be replayed
    first = shuffled[seed % len(shuffled)]
    # The second has to be one that a recovering run will probably come to.
    last = {kind: max(one.nth for one in boundaries if one.kind == kind) for kind in ("call", "commit")}
    left = 1 - first.nth / last[first.kind]
    ahead = [one for one in boundaries if one.nth <= max(1, left * last[one.kind])]
    return first, random.Random(seed).choice(ahead)  # noqa: S311 - to be replayed
