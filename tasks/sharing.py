"""Work that workers share: each part is a run of its own, ordered once and found again by the next try."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterId,
    FlowRunFilterState,
    FlowRunFilterStateType,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import TERMINAL_STATES, FlowRun, State
from prefect.client.schemas.responses import SetStateStatus
from prefect.deployments import run_deployment
from prefect.runtime import deployment
from prefect.states import Cancelled, Crashed, Pending

from adflux_core.errors import AdfluxError

AHEAD = 100  # parts on order at once
TRIES = 3  # of a part whose process goes away, in one sharing
# A worker that took a run starts it within seconds. The automation for zombies hears only of begun ones.
LOST_AFTER = 120.0  # seconds
LOOK_EVERY = 1.0


class Part(NamedTuple):
    """`key` says which part of which work it is, for good: what goes by it is never ordered twice at once."""

    key: str
    parameters: Mapping[str, Any]


def share(name: str, parts: Sequence[Part], here: Callable[..., object]) -> list[str]:
    """Each part once, as a run of the deployment `name` on whichever worker has room; why parts failed.

    Whoever waits has a worker's place and would keep it from the parts, so this does not just wait: what no
    worker has taken yet it takes back and does by `here`. Outside of a worker, and where there is nothing to
    share, it does all of them so.
    """
    if not deployment.id or len(parts) < 2:
        return [why for part in parts for why in _done_here(here, part)]
    with get_client(sync_client=True) as client:
        sharing = _Sharing(client, name, parts)
        while sharing.goes_on():
            untaken = sharing.look()
            if untaken and _take_back(client, untaken):
                sharing.failures += _done_here(here, sharing.ordered.pop(untaken))
            elif sharing.ordered:
                time.sleep(LOOK_EVERY)
        return sharing.failures


class _Sharing:
    """What is left to order, what is on order, and what came of the rest."""

    def __init__(self, client: SyncPrefectClient, name: str, parts: Sequence[Part]) -> None:
        self.failures: list[str] = []
        self.ordered: dict[UUID, Part] = {}
        self._client = client
        self._name = name
        self._left = list(parts)
        self._crashes: Counter[str] = Counter()
        self._pending: dict[UUID, float] = {}

    def goes_on(self) -> bool:
        while self._left and len(self.ordered) < AHEAD:
            part = self._left.pop(0)
            self.ordered[_order(self._client, self._name, part)] = part
        return bool(self.ordered)

    def look(self) -> UUID | None:
        """See what became of the runs; one that no worker has taken, if there is any."""
        untaken = None
        for run in _runs(self._client, FlowRunFilter(id=FlowRunFilterId(any_=list(self.ordered)))):
            assert run.state is not None
            if run.state.is_scheduled():
                untaken = run.id
            elif run.state.is_pending() and self._is_lost(run.id):
                gone: State[None] = Crashed(message="the worker that took it did not start it")
                self._client.set_flow_run_state(run.id, gone, force=True)
            elif run.state.is_final():
                self._over(self.ordered.pop(run.id), run.state)
        return untaken

    def _over(self, part: Part, state: State[Any]) -> None:
        if state.is_crashed():
            self._crashes[part.key] += 1
            if self._crashes[part.key] < TRIES:
                self._left.append(part)
                return
        if not state.is_completed():
            self.failures.append(f"{part.key}: {state.message or state.name}")

    def _is_lost(self, run_id: UUID) -> bool:
        """By this machine's clock alone: the workers' may differ."""
        now = time.monotonic()
        return now - self._pending.setdefault(run_id, now) > LOST_AFTER


def _order(client: SyncPrefectClient, name: str, part: Part) -> UUID:
    """The run of this part that is not over yet: the one an earlier try left, or a new one."""
    over = FlowRunFilter(
        tags=FlowRunFilterTags(all_=[part.key]),
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=list(TERMINAL_STATES))),
    )
    tried = len(_runs(client, over))
    run = run_deployment(
        name,
        parameters=dict(part.parameters),
        timeout=0,
        idempotency_key=f"{part.key} {tried}",
        tags=[part.key],
    )
    assert isinstance(run, FlowRun)
    return run.id


def _runs(client: SyncPrefectClient, wanted: FlowRunFilter) -> list[FlowRun]:
    return client.read_flow_runs(flow_run_filter=wanted)


def _take_back(client: SyncPrefectClient, run_id: UUID) -> bool:
    """Take it as a worker would: of all who ask for it, Prefect gives it to one."""
    if client.set_flow_run_state(run_id, Pending()).status != SetStateStatus.ACCEPT:
        return False
    done: State[None] = Cancelled(message="No worker had taken it: the run that ordered it does it itself.")
    client.set_flow_run_state(run_id, done, force=True)
    return True


def _done_here(here: Callable[..., object], part: Part) -> list[str]:
    try:
        here(**part.parameters)
    except AdfluxError as failure:  # the other parts are wanted all the same
        return [str(failure)]
    return []
