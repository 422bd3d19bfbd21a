"""Flow runs of a real Prefect worker, killed at a chosen boundary, and the later runs that finish."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import psutil
from kill_boundaries import Boundary, Held, Standstill
from kill_stories import Story, quiescence, time_passes
from meta_publications import planned
from publication_verdict import wrongs
from running_stack import Stack, eventually
from sqlalchemy import select

from adflux_core import database
from adflux_core.accounts import open_platform
from adflux_core.advertising import DesiredState
from adflux_core.campaigns.approval import approve_plan
from adflux_core.publication.converge import converge
from adflux_core.publication.orders import desire, order_publication
from adflux_core.publication.sweep import sweep
from adflux_core.schema.publication import Publication

PUBLISH = "publish-campaign/on-demand"
CONVERGE = "converge-campaigns/every-10-minutes"
ENDED = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}
ENOUGH_RUNS = 4
PATIENCE = 120.0  # a run starts within 5 s; a busy machine takes its time


class WorkersStage:
    """One approved plan after another, published through the worker of a running stack."""

    def __init__(self, stack: Stack, standstill: Standstill) -> None:
        self.stack = stack
        self.standstill = standstill

    def leave_it_to_us(self) -> None:
        """No scheduled run may come in between; one that has begun is waited for."""
        deployment = self.stack.call("GET", f"/deployments/name/{CONVERGE}")
        for schedule in deployment["schedules"]:
            path = f"/deployments/{deployment['id']}/schedules/{schedule['id']}"
            self.stack.call("PATCH", path, {"active": False})
        going_on = {"flow_runs": {"state": {"type": {"any_": ["PENDING", "RUNNING"]}}}}
        eventually(lambda: not self.stack.call("POST", "/flow_runs/filter", going_on))

    def undisturbed(self, deployment: str, posting_id: int) -> tuple[list[Boundary], Story]:
        """Every boundary of a run that nobody kills."""
        plan_id, story = self._planned(posting_id, deployment), Story()
        self.standstill.arm(None)
        self._run(story, deployment, plan_id)
        seen = self.standstill.seen()
        return seen, self._judged(story, plan_id, late=[])

    def killed_at(self, deployment: str, boundary: Boundary, posting_id: int) -> Story:
        """A run dies there; later ones converge, and the last of them sweeps."""
        plan_id, story = self._planned(posting_id, deployment), Story()
        late: list[Held] = []
        self.standstill.arm(boundary)
        run = self.stack.begin(deployment, **self._parameters(deployment, plan_id))
        eventually(self.standstill.reached, PATIENCE)
        self._kill(run)
        story.killed.append(f"{deployment} at {boundary}")
        held = self.standstill.held()
        if boundary.kind == "commit":
            held.cut()
        elif boundary.fate in {"lost", "unanswered"}:
            held.let_go()
        elif boundary.fate == "soon":
            self._recover(story, plan_id)
            held.let_go()
        else:
            late.append(held)
        for _ in range(ENOUGH_RUNS):
            time_passes()
            self._recover(story, plan_id)
            if (found := _publication(plan_id)) is not None and found.state == "active":
                break
        return self._judged(story, plan_id, late)

    def _planned(self, posting_id: int, deployment: str) -> int:
        tomorrow = self.standstill.here.sandbox.clock.today + timedelta(days=1)
        plan_id = planned(posting_id, start=tomorrow, platform=self.standstill.here.name)
        approve_plan(plan_id, "luz")
        if deployment == CONVERGE:
            order_publication(plan_id, "test")
        return plan_id

    def _recover(self, story: Story, plan_id: int) -> None:
        """Converge everything, as every ten minutes; what was never ordered has to be asked for again."""
        self._run(story, CONVERGE if _publication(plan_id) else PUBLISH, plan_id)

    def _run(self, story: Story, deployment: str, plan_id: int) -> None:
        self.standstill.here.peace()
        run = self.stack.run(deployment, ENDED, **self._parameters(deployment, plan_id))
        story.told.append(f"{deployment} {run['state_type']}")

    def _parameters(self, deployment: str, plan_id: int) -> dict[str, Any]:
        return {"plan_id": plan_id} if deployment == PUBLISH else {}

    def _kill(self, run: dict[str, Any]) -> None:
        """SIGKILL for the process of this run, and for no other; the worker tells Prefect that it crashed."""
        worker = psutil.Process(self.stack.noted["pids"]["worker"])
        (process,) = [
            child
            for child in worker.children(recursive=True)
            if child.environ().get("PREFECT__FLOW_RUN_ID") == run["id"]
        ]
        process.kill()
        eventually(lambda: self._state(run) in ENDED, PATIENCE, pause=0.2)
        assert self._state(run) == "CRASHED"

    def _state(self, run: dict[str, Any]) -> str:
        return str(self.stack.call("GET", f"/flow_runs/{run['id']}")["state_type"])

    def _judged(self, story: Story, plan_id: int, late: list[Held]) -> Story:
        """The verdict; then the publication is closed, so that the next story is about the next one."""
        for deed in late:
            deed.let_go()
        if late:
            sweep(open_platform(self.standstill.here.name), quiescence=quiescence())
        found = _publication(plan_id)
        if found is None:
            story.wrongs.append("it was never ordered")
            return story
        story.wrongs += wrongs(self.standstill.here, found.id, once=not late)
        desire(found.id, DesiredState.CLOSED, "test")
        converge(found.id, open_platform, quiescence=quiescence())
        return story


def _publication(plan_id: int) -> Publication | None:
    with database.transaction() as session:
        return session.scalars(select(Publication).where(Publication.plan_id == plan_id)).one_or_none()
