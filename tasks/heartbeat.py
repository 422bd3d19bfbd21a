"""A scheduled run says that it was done; one that a person typed would hide that the scheduler is dead."""

from __future__ import annotations

from collections.abc import Sequence

from prefect.runtime import deployment, flow_run

from adflux_core import heartbeat
from adflux_core.advertising import PlatformName
from tasks.kinds import transaction


@transaction("beat")
def beat(work: str) -> None:
    if deployment.id or flow_run.parent_flow_run_id:  # or part of one that is
        heartbeat.beat(work)


@transaction("note answers")
def note_answers(answered: Sequence[PlatformName], failures: Sequence[Exception]) -> None:
    heartbeat.note_answers(answered, failures)
