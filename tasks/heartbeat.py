"""A scheduled run says that it was done; one that a person typed would hide that the scheduler is dead."""

from __future__ import annotations

from prefect.runtime import deployment

from adflux_core import heartbeat
from tasks.kinds import transaction


@transaction("beat")
def beat(work: str) -> None:
    if deployment.id:
        heartbeat.beat(work)
