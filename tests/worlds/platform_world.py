"""What every world of a platform tells, in neutral words: what can befall a call, and what really is.

The conformance suite (`test_every_platform*.py`) and the proofs by real kills (`tests/kills`) speak only
these words.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from adflux_core.advertising import PlatformName
from adflux_core.money import Money
from sandbox.server import Sandbox

Fault = Mapping[str, Any]
TODAY = date(2026, 10, 1)
LATE = 7200  # seconds: longer than the quiescence time


@dataclass(frozen=True)
class Shown:
    """One object of a tree as it really stands."""

    kind: str  # as a `Node` says it
    external_id: str
    name: str  # its own, or that of what it belongs to
    status: str
    delivers: bool
    spent: int

    @property
    def put_away(self) -> bool:
        """Archived, deleted, removed: whatever the platform calls the end."""
        return self.status not in {"ACTIVE", "ENABLED", "PAUSED"}


@dataclass(frozen=True)
class Switched:
    """What a call wanted to run: an object that was there, or, without an id, one that it made."""

    kind: str
    external_id: str


@dataclass(frozen=True)
class Advertised:
    """What the one ad on the platform says, where it leads, whom it reaches and until when."""

    words: str
    link: str
    countries: tuple[str, ...]
    last_day: str


class PlatformWorld(ABC):
    """A sandbox of one's own, in the words that all platforms share."""

    name: ClassVar[PlatformName]
    kinds: ClassVar[Mapping[str, str]]  # of a tree's objects, as the twin names them, and as a `Node` does
    unique_names: ClassVar[bool] = False  # it refuses a second campaign of the same name
    creating: ClassVar[Fault]  # the call that makes the first object of a tree
    reading: ClassVar[Fault]  # any call that only reads
    numbers: ClassVar[Fault]  # the call that reads daily numbers
    switching: ClassVar[Fault]  # a call that changes what exists
    broken: ClassVar[Fault]  # a server that fails without saying whether it did anything
    throttled: ClassVar[Fault]
    refused: ClassVar[Fault]  # for good, and for what was sent
    revoked: ClassVar[Fault]
    cut_short: ClassVar[Fault]  # the numbers stop in the middle
    otherwise: ClassVar[Fault]  # the budget reads a hundred times what was sent

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    def befall(self, call: Fault, what: Fault, times: int = 1) -> None:
        """The next such calls suffer this."""
        self.sandbox.control("POST", "faults", {**call, **what, "times": times})

    def peace(self) -> None:
        self.sandbox.control("DELETE", "faults")

    def advance(self, days: int) -> None:
        self.sandbox.control("POST", "clock", {"advance_days": days})

    def settle(self) -> None:
        """What is still under way arrives."""
        self.sandbox.control("POST", "flush")

    def objects(self, *kinds: str) -> list[dict[str, Any]]:
        found = self.sandbox.control("GET", "objects")["objects"]
        return [one for one in found if one["platform"] == self.name and (not kinds or one["kind"] in kinds)]

    def pieces(self) -> list[Shown]:
        """Every object of every tree."""
        return [
            Shown(
                self.kinds[one["kind"]],
                one["id"],
                one["name"],
                one["status"],
                one.get("delivers", False),
                one.get("spent", 0),
            )
            for one in self.objects(*self.kinds)
        ]

    def campaigns(self) -> list[Shown]:
        return [one for one in self.pieces() if one.kind == "campaign"]

    def calls(self, since_index: int = 0) -> list[dict[str, Any]]:
        """What came over the wire."""
        asked = self.sandbox.control("GET", "calls", {"since_index": since_index})
        found: list[dict[str, Any]] = asked["calls"]
        return found

    def writes(self) -> int:
        return sum(map(self.is_write, self.calls()))

    def numbers_of(self, since: date, until: date) -> list[tuple[Any, ...]]:
        """What a perfect reader holds now, as (day, ad, impressions, clicks, spend, applications)."""
        rows = self.sandbox.control("GET", "truth", {"since": str(since), "until": str(until)})["reported"]
        return sorted(self.row(one) for one in rows if one["platform"] == self.name)

    @classmethod
    def start(cls) -> Sandbox:
        return Sandbox(today=TODAY, seed=7)

    @abstractmethod
    def environment(self) -> dict[str, str]:
        """The settings that make it the configured platform."""

    @abstractmethod
    def secrets(self) -> set[str]:
        """What no error may carry."""

    @abstractmethod
    def is_write(self, call: Mapping[str, Any]) -> bool:
        """Whether this call changed, or tried to change, something."""

    @abstractmethod
    def switched_on(self) -> list[Switched]:
        """Whatever our calls wanted to run, in their order."""

    @abstractmethod
    def row(self, told: Mapping[str, Any]) -> tuple[Any, ...]:
        """A row of the truth as `numbers_of` has it."""

    @abstractmethod
    def money(self) -> list[Money]:
        """The budgets on the platform."""

    @abstractmethod
    def advertised(self) -> Advertised:
        """Of a world that holds one publication."""

    @abstractmethod
    def targeting(self) -> list[Any]:
        """All that our calls said about whom the ads reach."""

    @abstractmethod
    def reject(self) -> str:
        """The next ad fails its review; the word that must be told of it."""

    @abstractmethod
    def gone(self) -> str:
        """An id of a campaign that does not exist, in the platform's own form."""
