"""Audiences kept true: whoever no longer agrees or was erased is taken out, whoever came is put in."""

from __future__ import annotations

from typing import Annotated

from prefect import flow

from adflux_core.audiences.sending import AudienceState
from adflux_core.errors import IncompleteError
from tasks import audiences
from tasks.forms import asked
from tasks.heartbeat import beat


@flow(name="sync-audiences", flow_run_name="sync audiences")
def sync_audiences(
    audience_id: Annotated[int | None, asked("Audience", "One audience; empty: all.", ge=1)] = None,
) -> list[AudienceState]:
    """Send each audience what changed of it. Safe at any time; what is not confirmed is sent again."""
    states: list[AudienceState] = []
    failures: list[Exception] = []
    for one in [audience_id] if audience_id else audiences.list_audiences():
        # An audience that cannot be reached keeps nobody in another one.
        ended: AudienceState | Exception = audiences.sync_audience.submit(one).result(raise_on_failure=False)
        if isinstance(ended, Exception):
            failures.append(ended)
        else:
            states.append(ended)
    audiences.show_uploads(states)
    beat("sync-audiences")
    if states and failures:
        raise IncompleteError(
            f"{len(failures)} of {len(states) + len(failures)} audiences failed: {failures[0]}",
            [state.model_dump(mode="json") for state in states],
        )
    if failures:
        raise failures[0]
    return states
