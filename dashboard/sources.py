"""Where a number comes from: window, receipts, runs, currency, and what of it may still move."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import streamlit as st

from adflux_core import reports
from adflux_core.reports import Day
from dashboard import figures, naming, runs
from dashboard.reads import ask
from dashboard.sheet import part
from dashboard.tables import Column, table
from dashboard.words import say


@part
def offer_source(shown: Sequence[str], days: Sequence[Day], since: date, until: date, key: str) -> None:
    """Behind a button of its own, and worked out only once somebody asks."""
    opened = st.popover(say("Source"), type="tertiary", width="content", on_change="rerun", key=key)
    if opened.open:
        with opened:
            for line in shown:
                st.markdown(line)
            show_source(days, since, until, key=f"{key}-receipts")


def show_source(days: Sequence[Day], since: date, until: date, *, key: str) -> None:
    """What `days`, of one currency, rest on. Drawn inside something that was opened."""
    read = [day for day in days if day.slice_id is not None]
    spend = sum((day.spend or Decimal(0) for day in read), Decimal(0))
    provisional = sum((day.spend or Decimal(0) for day in read if not day.settled), Decimal(0))
    instants = [day.read_at for day in read if day.read_at is not None]
    facts = {
        say("Window"): say("{since} to {until}", since=figures.day(since), until=figures.day(until)),
        say("Currency"): days[0].currency if days else figures.UNKNOWN,
        say("Days read"): say(
            "{read} of {asked} account days",
            read=figures.number(len(read)),
            asked=figures.number(len(days)),
        ),
        say("Read between"): f"{figures.moment(min(instants, default=None))} – "
        f"{figures.moment(max(instants, default=None))}",
        say("Settled days"): figures.number(sum(day.settled is True for day in read)),
        say("Provisional spend"): figures.percent(provisional / spend if spend else None),
    }
    st.markdown("  \n".join(f"**{label}:** {value}" for label, value in facts.items()))
    used = ask(reports.receipts, tuple(sorted({day.slice_id for day in read if day.slice_id is not None})))
    if used:
        table(used, receipt_columns(), key=key)


def receipt_columns() -> list[Column]:
    return [
        Column(say("Receipt"), lambda row: row.id, width=70),
        Column(say("Run"), lambda row: runs.url_of(row.run_id), width=115, link=say("Open in Prefect")),
        Column(say("Read at"), lambda row: row.read_at, figures.moment, width=150),
        Column(say("Platform"), lambda row: naming.platform(row.platform)),
        Column(say("First day"), lambda row: row.since, figures.day),
        Column(say("Last day"), lambda row: row.until, figures.day),
        Column(say("Complete"), lambda row: say("Yes") if row.complete else say("No")),
        Column(say("Rows"), lambda row: row.rows_read, figures.number),
        Column(say("Changed"), lambda row: row.rows_changed, figures.number),
    ]
