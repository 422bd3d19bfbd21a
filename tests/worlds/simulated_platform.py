"""The platform of `publication_world`: a call may lose its request or its answer, come late, be refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from publication_world import DELIVERING, Thing, World

from adflux_core.advertising import Account, DesiredState, Node, PlatformName, RemoteObject, Step
from adflux_core.errors import AmbiguousError, NotFoundError, ThrottledError, ValidationError
from adflux_core.money import Money

LONGEST_LATE = timedelta(minutes=9)  # what the quiescence time must exceed, with the index lag on top
INDEX_LAG = timedelta(minutes=4)


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
