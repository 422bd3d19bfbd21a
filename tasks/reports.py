"""Reports are made and kept: first the instant is fixed, so that a second try makes the same report."""

from __future__ import annotations

from datetime import date, datetime

from adflux_core import exports
from adflux_core.exports import Language, ReportReceipt
from adflux_core.reports import Pinned
from adflux_core.settings import settings
from tasks.kinds import run_id, transaction
from tasks.showing import show_link, show_table, show_text


@transaction("pin window")
def pin_window(days: int, until: date | None, as_of: datetime | None) -> Pinned:
    return exports.pin_window(days=days, until=until, as_of=as_of)


@transaction("keep report")
def keep_report(asked: Pinned, language: Language) -> ReportReceipt:
    return exports.keep_report(asked, language=language, run_id=run_id())


@transaction("show report")
def show_report(receipt: ReportReceipt) -> None:
    told = receipt.model_dump(mode="json")
    show_table("report-totals", f"Report {receipt.report_id}: totals by currency", told["totals"])
    show_text("report-changes", f"Report {receipt.report_id}: what changed and why", _changes(receipt))
    dashboard = settings().adflux_dashboard_url
    if dashboard is not None:
        page = f"{dashboard}/reports?report={receipt.report_id}&lang={receipt.language}"
        show_link("report-files", "The report's files", page, f"Report {receipt.report_id}")


def _changes(receipt: ReportReceipt) -> str:
    """As Markdown: one line for each reason."""
    if receipt.previous_id is None:
        return "The first report of this length: there is none to compare it with."
    if not receipt.changed:
        return f"Nothing changed since report {receipt.previous_id}."
    lines = [
        f"| {one.why} | {one.currency} | {one.days} | {one.impressions:+} | {one.clicks:+} | "
        f"{one.spend.normalize():+f} | {one.applications.normalize():+f} |"
        for one in receipt.changed
    ]
    head = "| since report {} | | days | impressions | clicks | spend | applications |"
    return "\n".join([head.format(receipt.previous_id), "|---|---|--:|--:|--:|--:|--:|", *lines])
