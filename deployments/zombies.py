"""Runs whose process is gone: Prefect alone leaves them RUNNING for ever, holding their concurrency slot."""

from __future__ import annotations

from datetime import timedelta

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
    WorkPoolFilter,
    WorkPoolFilterName,
)
from prefect.client.schemas.objects import State, StateType
from prefect.events.actions import ChangeFlowRunState
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
from prefect.events.schemas.events import ResourceSpecification
from prefect.states import Crashed

NAME = "Crash runs whose heartbeat stopped"
HEARTBEAT = "prefect.flow-run.heartbeat"
# Whatever tells that a run ended or waits on purpose. Runs beat every 30 s, so two beats may be lost.
SIGNS = ("Completed", "Failed", "Cancelled", "Crashed", "Paused", "Suspended")
SILENCE = timedelta(seconds=75)


async def install_automation(client: PrefectClient) -> None:
    """Create or update it; one of that name is left, however often and from wherever this ran."""
    wanted = _automation()
    found = await client.read_automations_by_name(NAME)
    if not found:
        await client.create_automation(wanted)
        return
    await client.update_automation(found[0].id, wanted)
    for double in found[1:]:
        await client.delete_automation(double.id)


async def crash_leftovers(client: PrefectClient, pool: str) -> int:
    """End every unfinished run of the pool; only for whoever knows that no worker serves it."""
    unfinished = [StateType.PENDING, StateType.RUNNING, StateType.CANCELLING]
    runs = await client.read_flow_runs(
        flow_run_filter=FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=unfinished))),
        work_pool_filter=WorkPoolFilter(name=WorkPoolFilterName(any_=[pool])),
    )
    for run in runs:
        gone: State[None] = Crashed(message="AdFlux was stopped while this run was going on")
        await client.set_flow_run_state(run.id, gone, force=True)
    return len(runs)


def _automation() -> AutomationCore:
    trigger = EventTrigger(
        after={HEARTBEAT},
        expect={HEARTBEAT, *(f"prefect.flow-run.{sign}" for sign in SIGNS)},
        match=ResourceSpecification({"prefect.resource.id": ["prefect.flow-run.*"]}),
        for_each={"prefect.resource.id"},
        posture=Posture.Proactive,
        threshold=1,
        within=SILENCE,
    )
    gone = ChangeFlowRunState(state=StateType.CRASHED, message="its process stopped answering")
    return AutomationCore(name=NAME, trigger=trigger, actions=[gone])
