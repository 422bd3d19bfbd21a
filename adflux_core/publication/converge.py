"""Bring what the platform holds to what we desire; at any time, by anyone, after a crash at any point.

The intent is committed before the socket is touched; everything is created PAUSED; an answer that never came
is looked for, and only after the quiescence time asked for again; the tree is read back before it may run;
the campaign is switched on last (docs/publication.md).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from datetime import UTC, datetime, timedelta

from pydantic import BaseModel, ConfigDict

from adflux_core.advertising import AdPlatform, DesiredState, Node, PlatformName, RemoteObject, Step
from adflux_core.errors import AmbiguousError, NotFoundError, PlatformError, RefusedError, UnknownAccountError
from adflux_core.publication.claim import Claim, claim
from adflux_core.publication.switches import read_switches

Open = Callable[[PlatformName, str], AdPlatform]
Take = Callable[[int], AbstractContextManager[Claim | None]]


class Outcome(BaseModel):
    """Where a publication stands after a pass. `busy` is set when another worker had it."""

    model_config = ConfigDict(frozen=True)

    publication_id: int
    platform: PlatformName | None = None
    account_id: str = ""
    state: str = ""
    detail: str = ""
    external_ids: dict[str, str] = {}
    busy: bool = False


class _Stop(Exception):  # noqa: N818  (not an error: how a pass ends early)
    def __init__(self, state: str, detail: str) -> None:
        self.state, self.detail = state, detail


def converge(
    publication_id: int,
    open_platform: Open,
    *,
    quiescence: timedelta,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    take: Take = claim,
) -> Outcome:
    """One pass. Raises what the platform raises when it refuses or throttles; doubt is an outcome.

    `open_platform`, `now` and `take` are the three sides of the world it touches.
    """
    with take(publication_id) as held:
        if held is None:
            return Outcome(publication_id=publication_id, busy=True)
        try:
            platform = open_platform(held.platform, held.plan.account_id)
        except UnknownAccountError as gone:
            held.conclude("failed", str(gone), "", now())
            return _outcome(held, "failed", str(gone))
        run = _Pass(held, platform, quiescence, now)
        try:
            state, detail = run.through()
        except _Stop as stop:
            state, detail = stop.state, stop.detail
        except AmbiguousError as error:
            state, detail = "doubtful", f"{error}; the next pass looks again"
        except (PlatformError, RefusedError) as error:
            if not error.retriable:
                held.conclude("failed", str(error), run.effective_status, now())
            raise
        held.conclude(state, detail, run.effective_status, now())
        return _outcome(held, state, detail)


def _outcome(held: Claim, state: str, detail: str) -> Outcome:
    where = {"platform": held.platform, "account_id": held.plan.account_id}
    found = {"state": state, "detail": detail, "external_ids": held.bound}
    return Outcome.model_validate({"publication_id": held.publication_id, **where, **found})


class _Pass:
    """The steps of one pass, in the order they happen."""

    def __init__(
        self, held: Claim, platform: AdPlatform, quiescence: timedelta, now: Callable[[], datetime]
    ) -> None:
        self.held = held
        self.platform = platform
        self.quiescence = quiescence
        self.now = now
        self.steps = platform.compile(held.plan, held.tokens)
        self.nodes = [node for step in self.steps for node in step.nodes]
        self.effective_status = ""

    def through(self) -> tuple[str, str]:
        if self.held.desired is DesiredState.CLOSED:
            return self._close()
        if self.held.desired is DesiredState.PAUSED:
            return self._pause()
        if any(node.external_id is None for node in self.held.objects.values()):
            self._check_account()
        for step in self.steps:
            self._build(step)
        tree = self._tree()
        seen = {node.key: self._verified(node, tree) for node in self.nodes if not node.idempotent}
        self.held.mark_all([key for key in seen if self.held.objects[key].state == "BOUND"], "VERIFIED")
        if self.held.changing:
            self.held.changed()
        return self._activate(seen)

    def _check_account(self) -> None:
        """Nothing is made on another account than the plan's, or on one that counts in another currency."""
        plan, account = self.held.plan, self.platform.account()
        approved = (plan.account_id, plan.budget.currency)
        if (account.external_id, account.currency) != approved:
            raise _Stop(
                "failed",
                f"planned for {' in '.join(approved)}, and the account is {account.external_id} in "
                f"{account.currency}: make a new plan",
            )

    def _build(self, step: Step) -> None:
        """The step's objects exist and are bound, or the pass ends."""
        states = {self.held.objects[node.key].state for node in step.nodes}
        if states <= {"BOUND", "VERIFIED", "ACTIVE"}:
            return
        if "GONE" in states:
            raise _Stop("drifted", "an object was deleted on the platform: close this publication")
        if "ATTEMPTED" in states and self._found(step):
            return
        request = json.dumps([dict(node.payload) for node in step.nodes], sort_keys=True, default=str)
        self.held.intend(step.nodes, self.now(), hashlib.sha256(request.encode()).hexdigest())
        try:
            ids = self.platform.create(step, self.held.bound)
        except AmbiguousError as error:
            raise _Stop("doubtful", f"{step.nodes[0].kind}: {error}; it will be looked for") from None
        except PlatformError as error:
            self.held.withdraw(step.nodes, str(error))
            raise
        self.held.bind(ids, "created")

    def _found(self, step: Step) -> bool:
        """Whether an earlier attempt did succeed. Ends the pass while it is too early to say."""
        if all(node.idempotent for node in step.nodes):
            return False
        found = {node.key: list(self.platform.find(node)) for node in step.nodes}
        if all(found.values()):
            for _oldest, *others in found.values():
                for extra in others:
                    self.held.orphan(extra)
            self.held.bind({key: objects[0].external_id for key, objects in found.items()}, "adopted")
            return True
        asked = max(filter(None, (self.held.objects[node.key].attempted_at for node in step.nodes)))
        if self.now() < asked + self.quiescence:
            raise _Stop(
                "doubtful",
                f"{step.nodes[0].kind}: no answer yet, looked for until {asked + self.quiescence:%H:%M} UTC",
            )
        return False

    def _tree(self) -> Mapping[str, RemoteObject]:
        """Everything by kind; nothing when something is gone, and reading one by one then says what."""
        try:
            return self.platform.read_tree(self.held.bound)
        except NotFoundError:
            return {}

    def _verified(self, node: Node, tree: Mapping[str, RemoteObject]) -> RemoteObject:
        """The object as it is now. Ends the pass if it is gone, or is not what the plan says."""
        seen = tree.get(node.kind) or self._seen(node)
        if self.held.changing and _differences(node.budget, seen.fields):
            # Setting a budget twice is setting it once, so after a lost answer it is simply sent again.
            self.held.intend_change(node, {name: seen.fields.get(name) for name in node.budget})
            self.platform.change_budget(node, self.held.bound[node.kind])
            seen = self._seen(node)
        if node.kind == "campaign" or seen.issues:
            self.effective_status = "; ".join([seen.effective_status, *seen.issues])
        self._hold_to_the_plan(node, seen)
        return seen

    def _seen(self, node: Node) -> RemoteObject:
        try:
            return self.platform.read(node.kind, self.held.bound[node.kind])
        except NotFoundError:
            self.held.mark(node.key, "GONE")
            raise _Stop("drifted", f"the {node.kind} was deleted on the platform") from None

    def _hold_to_the_plan(self, node: Node, seen: RemoteObject) -> None:
        parents = {wire: self.held.bound[kind] for wire, kind in node.parents.items()}
        wrong = _differences(node.expected, seen.fields) + _differences(parents, seen.parents)
        if wrong:
            self._stop_spending()
            raise _Stop("differs", f"{node.kind}: " + "; ".join(wrong))

    def _stop_spending(self) -> None:
        """Something reads differently from what was approved: nothing may run until a person has looked."""
        # A worker that was overtaken may hold an older plan: it finds out here, before it stops anything.
        self.held.still_desired(DesiredState.ACTIVE)
        if "campaign" in self.held.bound:
            self.platform.set_status("campaign", self.held.bound["campaign"], DesiredState.PAUSED)

    def _activate(self, seen: Mapping[tuple[str, int], RemoteObject]) -> tuple[str, str]:
        switches = [node for node in self.nodes if node.delivers]
        stopped = [
            node.kind
            for node in switches
            if self.held.objects[node.key].state == "ACTIVE"
            and seen[node.key].status is not DesiredState.ACTIVE
        ]
        if stopped:
            # Somebody stopped it on the platform's own screen: that is shown, not fought.
            return (
                "drifted",
                f"{', '.join(stopped)} was stopped on the platform; `adflux resume` runs it again",
            )
        if not self.held.may_activate():
            raise RefusedError(f"publication {self.held.publication_id}: this plan has no approval")
        # Children first, the campaign last: until then nothing can deliver.
        asleep = [node for node in reversed(switches) if seen[node.key].status is not DesiredState.ACTIVE]
        for node in asleep:
            if not self.held.still_desired(DesiredState.ACTIVE):
                raise _Stop("paused", "stopped while it was being activated")
            self.platform.set_status(node.kind, self.held.bound[node.kind], DesiredState.ACTIVE)
        tree = self._tree() if asleep else {}
        for node in asleep:
            # What changed under our hands is noticed here, and not a tick of spending later.
            self._hold_to_the_plan(
                node, self._checked_status(node.kind, tree.get(node.kind), DesiredState.ACTIVE)
            )
        self.held.mark_all([node.key for node in reversed(switches)], "ACTIVE")
        return "active", ""

    def _pause(self) -> tuple[str, str]:
        """Whatever exists stops, the campaign first; nothing is made and nothing else has to be right."""
        bound = self.held.bound
        switches = [node for node in self.nodes if node.delivers]
        seen = read_switches(self.platform, bound)
        gone = [node.key for node in switches if node.kind in bound and node.kind not in seen]
        self.held.mark_all(gone, "GONE")
        there = [node for node in switches if node.kind in seen]
        running = [node for node in there if seen[node.kind].status is DesiredState.ACTIVE]
        for node in running:
            # Whether it stopped is read below; the other levels are not to wait for an answer to this one.
            with suppress(AmbiguousError):
                self.platform.set_status(node.kind, bound[node.kind], DesiredState.PAUSED)
        if running:
            seen = read_switches(self.platform, bound)
        for node in running:
            self._checked_status(node.kind, seen.get(node.kind), DesiredState.PAUSED)
        if campaign := seen.get("campaign"):
            self.effective_status = "; ".join([campaign.effective_status, *campaign.issues])
        was_active = [node.key for node in there if self.held.objects[node.key].state == "ACTIVE"]
        self.held.mark_all(was_active, "VERIFIED")
        self._settle_doubts()
        return "paused", ""

    def _settle_doubts(self) -> None:
        """What was asked for and not answered is ours if it is there; it is not asked for again."""
        for step in self.steps:
            if "ATTEMPTED" in {self.held.objects[node.key].state for node in step.nodes}:
                self._found(step)

    def _close(self) -> tuple[str, str]:
        self._settle_doubts()
        campaign = self.held.bound.get("campaign")
        if campaign is not None:
            try:
                if self.platform.read("campaign", campaign).status is not DesiredState.CLOSED:
                    self.platform.set_status("campaign", campaign, DesiredState.CLOSED)
                    seen = self.platform.read("campaign", campaign)
                    self._checked_status("campaign", seen, DesiredState.CLOSED)
            except NotFoundError:
                pass  # deleted on the platform is closed, too
        # What was never made will never be: should a stopped worker make it all the same, it is nobody's.
        self.held.mark_all(list(self.held.objects), "GONE")
        return "closed", ""

    def _checked_status(self, kind: str, seen: RemoteObject | None, state: DesiredState) -> RemoteObject:
        if seen is None or seen.status is not state:
            raise AmbiguousError(
                f"the {kind} still reads {seen.status if seen else 'as gone'} after it was set to {state}",
                platform=self.held.platform,
            )
        if kind == "campaign":
            self.effective_status = "; ".join([seen.effective_status, *seen.issues])
        return seen


def _differences(expected: Mapping[str, object], seen: Mapping[str, object]) -> list[str]:
    return [
        f"{name} should be {wanted!r} and reads {seen.get(name)!r}"
        for name, wanted in expected.items()
        if seen.get(name) != wanted
    ]
