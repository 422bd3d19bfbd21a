"""The night's work: read each account once its night is over, then compute; on older numbers, nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated

from prefect import flow
from prefect.runtime import flow_run

from adflux_core.errors import IncompleteError
from adflux_core.metrics.nights import Night
from flows.segment_candidates import segment_candidates
from flows.sync_metrics import sync_metrics
from tasks import metrics
from tasks.forms import asked
from tasks.sharing import Part, share


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
    undone = [night for night in metrics.last_nights(today) if night.read_at is None]
    failures = share("sync-metrics/night", [_reading(night, today) for night in undone], sync_metrics)
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


def _reading(night: Night, today: date | None) -> Part:
    day = night.day or today or datetime.now(UTC).date()
    wanted = {"platform": night.platform, "account": night.account_id, "today": today}
    return Part(f"{night.platform} {night.account_id} {day}", wanted)
