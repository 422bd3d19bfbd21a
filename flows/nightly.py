"""The night's work: read each account once its night is over, then compute; on older numbers, nothing."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from prefect import flow
from prefect.runtime import flow_run

from adflux_core.errors import AdfluxError, IncompleteError
from adflux_core.metrics.nights import Night
from flows.segment_candidates import segment_candidates
from flows.sync_metrics import sync_metrics
from tasks import metrics
from tasks.forms import asked


def _run_name() -> str:
    today = flow_run.parameters["today"]
    return f"night before {today}" if today else "last night"


@flow(name="nightly", flow_run_name=_run_name)
def nightly(
    today: Annotated[
        date | None,
        asked("Today", "The account's day this runs on; empty: what its calendar says."),
    ] = None,
) -> list[Night]:
    """Safe to repeat at any hour: only what was not done since the night, or failed, is done."""
    failures = []
    for night in metrics.last_nights(today):
        if night.read_at is None:
            try:
                sync_metrics(platform=night.platform, account=night.account_id, today=today)
            except AdfluxError as failure:  # the other accounts' numbers are wanted all the same
                failures.append(str(failure))
    nights = metrics.last_nights(today)
    metrics.show_nights(nights)
    unread = [f"{night.platform} {night.account_id}" for night in nights if night.read_at is None]
    if unread:
        why = "; ".join([f"nothing is computed, last night is not read: {', '.join(unread)}", *failures])
        raise IncompleteError(why, [night.model_dump(mode="json") for night in nights])
    if not metrics.is_computed(nights, "nightly"):
        segment_candidates(today=today)
        metrics.note_computed("nightly")
    return nights
