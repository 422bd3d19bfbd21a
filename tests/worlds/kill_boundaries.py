"""The points at which a process can die, and how to make it stand still at one of them.

Every call to the platform and every commit is a boundary with several sides. What happens between two of
them leaves no trace outside the process, so dying there is dying at the one before or the one after: "the
answer has come" is "the next commit has not begun".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from held_database import Gate, HeldDatabase
from platform_world import PlatformWorld
from running_stack import eventually

# A call: it never reaches the platform; its deed happens after the next pass has looked for it, but within
# the quiescence time; its deed happens when all is over; its deed is done and the answer never comes.
READ_FATES = ("lost", "unanswered")
WRITE_FATES = ("lost", "soon", "late", "unanswered")
COMMIT_FATES = ("before", "after")


@dataclass(frozen=True)
class Boundary:
    """The n-th call or the n-th commit of a run, from 0, and the side of it."""

    kind: str
    nth: int
    fate: str

    def __str__(self) -> str:
        return f"{self.kind} {self.nth} {self.fate}"


@dataclass(frozen=True)
class Held:
    """A call or a commit that stands still."""

    here: PlatformWorld
    gate: Gate | None
    index: int
    lost: bool

    def let_go(self) -> None:
        """It goes on, or what was lost is lost. Returns when the deed of a call, if there is one, is done."""
        if self.gate is not None:
            self.gate.open(lost=False)
            return
        self.here.sandbox.control("POST", "release", {"index": self.index, "lost": self.lost})
        eventually(lambda: self.lost or self._call()["status"] is not None, pause=0.005)

    def cut(self) -> None:
        """The wire of a dead process: what it was about to commit is not committed."""
        if self.gate is not None:
            self.gate.open(lost=True)

    def _call(self) -> dict[str, Any]:
        return self.here.calls(self.index)[0]


class Standstill:
    """Both wires of a process, the platform's and the database's, and where on them it is held."""

    def __init__(self, here: PlatformWorld, wire: HeldDatabase) -> None:
        self.here = here
        self.wire = wire
        self._first = 0
        self._boundary: Boundary | None = None

    def arm(self, boundary: Boundary | None) -> None:
        """Count from here on, and hold whoever reaches the boundary; None: only count."""
        self.here.peace()
        self._first = self._next_call()
        self._boundary = boundary
        if boundary is None or boundary.kind == "call":
            self.wire.arm()
        else:
            self.wire.arm(boundary.nth, boundary.fate)
        if boundary is not None and boundary.kind == "call":
            done = boundary.fate == "unanswered"
            self.here.befall({}, {"kind": "hold", "skip": boundary.nth, "after_commit": done})

    def reached(self) -> bool:
        assert self._boundary is not None
        if self._boundary.kind == "commit":
            return self.wire.held.is_set()
        return self._first + self._boundary.nth in self.here.sandbox.control("GET", "held")["held"]

    def held(self) -> Held:
        """What is held, for later: this may be armed anew meanwhile."""
        assert self._boundary is not None
        gate = self.wire.gate if self._boundary.kind == "commit" else None
        return Held(self.here, gate, self._first + self._boundary.nth, self._boundary.fate == "lost")

    def seen(self) -> list[Boundary]:
        """Every boundary that was passed since it was armed."""
        writes = [self.here.is_write(call) for call in self.here.calls(self._first)]
        return all_boundaries(writes, self.wire.commits)

    def _next_call(self) -> int:
        calls = self.here.calls()
        return int(calls[-1]["index"]) + 1 if calls else 0


def all_boundaries(writes: Sequence[bool], commits: int) -> list[Boundary]:
    """Of so many calls, each of which writes or only reads, and so many commits."""
    return [
        Boundary("call", nth, fate)
        for nth, writing in enumerate(writes)
        for fate in (WRITE_FATES if writing else READ_FATES)
    ] + [Boundary("commit", nth, fate) for nth in range(commits) for fate in COMMIT_FATES]
