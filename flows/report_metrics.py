"""Numbers given out: a report as of one instant, kept with its files and what changed since the last."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from prefect import flow
from prefect.runtime import flow_run

from adflux_core.exports import REPORTED_DAYS, Language, ReportReceipt
from adflux_core.metrics.sync import LONGEST_DAYS
from tasks import reports
from tasks.forms import asked


def _run_name() -> str:
    asked_for = flow_run.parameters
    return f"report {asked_for['days']} days to {asked_for['until'] or 'the last that was read'}"


@flow(name="report-metrics", flow_run_name=_run_name)
def report_metrics(
    days: Annotated[
        int, asked("Days", "How many days the report is about.", ge=1, le=LONGEST_DAYS)
    ] = REPORTED_DAYS,
    until: Annotated[date | None, asked("Until", "Last day; empty: the last that was read.")] = None,
    as_of: Annotated[
        datetime | None, asked("As of", "The instant whose knowledge counts; empty: now.")
    ] = None,
    language: Annotated[Language, asked("Language", "The language it is written in.")] = "es",
) -> ReportReceipt:
    """Make a report as CSV, XLSX and HTML, and keep it. The same instant again gives the same bytes."""
    pinned = reports.pin_window(days, until, as_of)
    receipt = reports.keep_report(pinned, language)
    reports.show_report(receipt)
    return receipt
