"""Reports: what was given out and when, the files as they were, and what changed from one to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

import streamlit as st

from adflux_core import reports
from adflux_core.reports import KeptReport, Moved
from dashboard import figures, naming
from dashboard.reads import ask
from dashboard.sheet import part, sheet
from dashboard.tables import Column, table
from dashboard.words import LANGUAGES, mark, say

FILES = {
    "html": (mark("Web page"), "text/html"),
    "xlsx": ("Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": ("CSV", "text/csv"),
}


@dataclass(frozen=True)
class Line:
    """One line of the account of what changed; what was said in a report has no number of days."""

    label: str
    days: int | None
    spend: Decimal | None
    impressions: int | None
    clicks: int | None
    applications: Decimal | None


def show_reports() -> None:
    purpose = say("What was given out, as it was given out, and why the numbers moved since.")
    with sheet(say("Reports"), purpose):
        kept = ask(reports.kept_reports)
        if not kept:
            st.info(say("No report was made yet. One is made every Monday, or now under Start and follow."))
            return
        show_kept(kept)


@part
def show_kept(kept: Sequence[KeptReport]) -> None:
    chosen = table(kept, columns(), key="reports", choose=True)
    st.caption(say("Select a row to see that report. A report is never changed."))
    show_report(kept, one_of(kept, chosen))


def columns() -> list[Column]:
    return [
        Column(say("Report"), lambda one: one.id, width=80),
        Column(say("First day"), lambda one: one.since, figures.day),
        Column(say("Last day"), lambda one: one.until, figures.day),
        Column(say("As known on"), lambda one: one.as_of, figures.moment, width=160),
        Column(say("Language"), lambda one: LANGUAGES.get(one.language, one.language)),
        Column(say("Rows"), lambda one: one.rows, figures.number),
        Column(say("Compared with"), lambda one: one.previous_id),
    ]


def one_of(kept: Sequence[KeptReport], chosen: int | None) -> KeptReport:
    """The row a person clicked; else the one a link names; else the newest."""
    if chosen is not None and chosen < len(kept):
        return kept[chosen]
    named = st.query_params.get("report")
    return next((one for one in kept if str(one.id) == named), kept[0])


def show_report(kept: Sequence[KeptReport], report: KeptReport) -> None:
    with st.container(border=True):
        window = say("{since} to {until}", since=figures.day(report.since), until=figures.day(report.until))
        st.subheader(f"{say('Report')} {report.id} · {window}", anchor=False)
        st.caption(
            say(
                "As known on {as_of}. Made again as of that instant, it is the same to the last byte.",
                as_of=figures.moment(report.as_of),
            )
        )
        with st.container(horizontal=True):
            for kind, (label, mime) in FILES.items():
                if kind in report.sha256:
                    st.download_button(
                        f"{say(label) if kind == 'html' else label} · {size(report.sizes[kind])}",
                        partial(reports.report_file, report.id, kind),  # read once somebody asks
                        f"adflux-{report.id}-{report.since}-{report.until}.{kind}",
                        mime,
                        key=f"{kind}-{report.id}",
                        on_click="ignore",
                        icon=":material/download:",
                    )
        show_changes(kept, report)
        with st.expander(say("Receipt")):
            # Not st.code: for that the browser loads a program of 1.5 MB, which colours what has no colours.
            lines = [("run", report.run_id or figures.UNKNOWN), *sorted(report.sha256.items())]
            st.markdown("\n".join(f"- {name}: `{value}`" for name, value in lines))


def show_changes(kept: Sequence[KeptReport], report: KeptReport) -> None:
    before = next((one for one in kept if one.id == report.previous_id), None)
    if before is None:
        st.info(say("It is the first report of this length: there is none to compare it with."))
        return
    st.markdown(f"**{say('What changed since report {number}, and why', number=before.id)}**")
    if report.changed is None:
        st.info(say("It was made before what changed was kept beside the files: its files say it."))
        return
    if not report.changed:
        st.success(say("Nothing changed."))
    for currency in sorted({one.currency for one in report.changed}):
        account = [
            said(before, currency),
            *(line(one) for one in report.changed if one.currency == currency),
            said(report, currency),
        ]
        table(account, change_columns(currency), key=f"changes-{report.id}-{currency}")


def said(report: KeptReport, currency: str) -> Line:
    label = say("Said in report {number}", number=report.id)
    for one in report.totals or []:
        if one.currency == currency:
            return Line(label, None, one.spend, one.impressions, one.clicks, one.applications)
    return Line(label, None, None, None, None, None)


def line(one: Moved) -> Line:
    return Line(naming.change(one.why), one.days, one.spend, one.impressions, one.clicks, one.applications)


def change_columns(currency: str) -> list[Column]:
    return [
        Column(say("Why"), lambda one: one.label, width=260),
        Column(say("Days"), lambda one: one.days, figures.number),
        Column(say("Spend"), lambda one: one.spend, lambda amount: figures.money(amount, currency)),
        Column(say("Applications"), lambda one: one.applications, figures.number),
        Column(say("Clicks"), lambda one: one.clicks, figures.number),
        Column(say("Impressions"), lambda one: one.impressions, figures.number),
    ]


def size(content: int) -> str:
    return f"{figures.number(-(-content // 1024))} KB"


show_reports()
