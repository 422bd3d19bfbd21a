"""What `claim.Claim` promises, over the rows of the small world instead of PostgreSQL's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from publication_world import Row, World

from adflux_core.advertising import DesiredState, Node, PlatformName, RemoteObject
from adflux_core.money import Money
from adflux_core.publication.claim import FencedError


class SimulatedClaim:
    """What `claim.Claim` promises, over the world's rows instead of PostgreSQL's."""

    platform = PlatformName.META

    @property
    def plan(self) -> SimpleNamespace:
        """All that matters of a plan here."""
        return SimpleNamespace(account_id="act_1", budget=Money(currency="COP", minor=self.budget))

    def __init__(self, world: World) -> None:
        self.world = world
        self.publication_id = 1
        self.desired = world.desired
        self.epoch = world.epoch
        self.changing = world.changing
        self.budget = world.budget
        # A run knows what it read and what it wrote itself, as rows in memory do.
        self.objects = {key: Row(**vars(row)) for key, row in world.rows.items()}

    @property
    def tokens(self) -> dict[tuple[str, int], str]:
        return {key: row.token for key, row in self.objects.items()}

    @property
    def bound(self) -> dict[str, str]:
        return {r.kind: r.external_id for r in self.objects.values() if r.external_id and r.state != "GONE"}

    def intend(self, nodes: Sequence[Node], at: datetime, _request_hash: str) -> None:
        if self.world.defect == "no intent":
            return
        if self.world.defect == "bound before created":
            guess = str(len(self.world.things) + 1)
            self._write({node.key: {"state": "BOUND", "external_id": guess} for node in nodes})
            return
        self._write({node.key: {"state": "ATTEMPTED", "attempted_at": at} for node in nodes})

    def withdraw(self, nodes: Sequence[Node], _why: str) -> None:
        self._write({node.key: {"state": "PLANNED"} for node in nodes})

    def bind(self, ids: Mapping[tuple[str, int], str], _how: str) -> None:
        self._write({key: {"state": "BOUND", "external_id": one} for key, one in ids.items()})

    def intend_change(self, _node: Node, _seen: Mapping[str, object]) -> None:
        self._write({})

    def changed(self) -> None:
        self._write({})
        self.changing = False
        if self.budget == self.world.budget:
            self.world.changing = False

    def mark(self, key: tuple[str, int], state: str) -> None:
        self.mark_all([key], state)

    def mark_all(self, keys: Sequence[tuple[str, int]], state: str) -> None:
        changed = [key for key in keys if self.objects[key].state != state]
        if changed:
            self._write({key: {"state": state} for key in changed})

    def orphan(self, extra: RemoteObject) -> None:
        self._write({})
        self.world.orphans.add(extra.external_id)

    def may_activate(self) -> bool:
        self._write({})
        return True

    def still_desired(self, state: DesiredState) -> bool:
        self._write({})
        return self.world.desired is state

    def conclude(self, state: str, _detail: str, _effective: str, _at: datetime) -> None:
        self._write({})
        self.world.state = state

    def _write(self, changes: Mapping[tuple[str, int], Mapping[str, Any]]) -> None:
        self.world.boundary()
        if self.epoch != self.world.epoch and self.world.defect != "no epoch check":
            raise FencedError("taken over")
        for key, values in changes.items():
            for row in (self.world.rows[key], self.objects[key]):
                for name, value in values.items():
                    setattr(row, name, value)
        self.world.boundary()
