"""Overview: what needs me today, what it cost, and how fresh that is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

import streamlit as st

from adflux_core import reports
from adflux_core.reports import Day, Totals
from dashboard import charts, figures, naming, session
from dashboard.attention_list import show_attention
from dashboard.campaign_table import campaign_table
from dashboard.reads import ask
from dashboard.sheet import part, sheet
from dashboard.sources import offer_source, show_source
from dashboard.tables import Column, table
from dashboard.words import mark, plain, say

PERIODS = {7: mark("7 days"), 28: mark("28 days"), 90: mark("90 days")}
TILES = {
    "spend": mark("Spend"),
    "impressions": mark("Impressions"),
    "clicks": mark("Clicks"),
    "applications": mark("Applications"),
    "cost_per_application": mark("Cost per application"),
}
ABOUT = {
    "applications": mark("As the platform counts them."),
    "cost_per_application": mark(
        "Spend divided by the applications the platform claims. A dash when there were none."
    ),
}
GOOD: dict[str, Literal["off", "inverse"]] = {"spend": "off", "cost_per_application": "inverse"}
MOST_CHANGE = 10  # a period eleven times the last is a beginning, and its percentage says nothing


def overview() -> None:
    with sheet(say("Overview"), say("What needs you today, what was spent, and what it brought.")):
        show_accounts()
        plans = ask(reports.plans_waiting) if session.may("look at approvals") else []
        show_attention(ask(reports.attention), ask(reports.open_alerts), plans)
        show_period()
        st.subheader(say("Campaigns"), anchor=False)
        campaign_table(ask(reports.campaigns), key="overview-campaigns")


def show_accounts() -> None:
    """The ad accounts by their own names, so that nobody takes a trial for the real thing."""
    accounts = ask(reports.accounts)
    if not accounts:
        st.info(say("No ad account was read yet. The next examination reads them."))
    lines = [
        f"{naming.platform(account.platform)} · **{plain(account.name)}** · {plain(account.external_id)} · "
        f"{account.currency} · {plain(account.time_zone)}"
        for account in accounts
    ]
    if lines:
        st.markdown("  \n".join(lines))


@part
def show_period() -> None:
    st.subheader(say("Results"), anchor=False)
    known = ask(reports.days_known)
    if known.last is None:
        st.info(
            say("No numbers were read yet. They come with the first reading of an account: Start and follow.")
        )
        return
    days = st.segmented_control(
        say("Period"),
        list(PERIODS),
        format_func=lambda length: say(PERIODS[length]),
        default=28,
        required=True,
        key="period",
        label_visibility="collapsed",
    )
    since = known.last - timedelta(days=int(days) - 1)
    before = {
        total.currency: total
        for total in ask(reports.period_totals, since - timedelta(days=days), since - timedelta(days=1))
    }
    every_day = ask(reports.daily_by_platform, since, known.last)
    for total in ask(reports.period_totals, since, known.last):
        own = [day for day in every_day if day.currency == total.currency]
        show_totals(total, before.get(total.currency), own, since, known.last)
        compare_platforms(total.currency, own, since, known.last)
        show_charts(total.currency, own)


def show_totals(total: Totals, before: Totals | None, days: Sequence[Day], since: date, until: date) -> None:
    """The tiles with their source; compared with the period before when both were read to the last day."""
    comparable = total.days_read == total.days_asked
    if before is None or before.days_read < before.days_asked:
        comparable = False
    with st.container(horizontal=True):
        for measure, label in TILES.items():
            value: Decimal | int | None = getattr(total, measure)
            earlier: Decimal | int | None = getattr(before, measure) if comparable else None
            change = Decimal(value) / Decimal(earlier) - 1 if value is not None and earlier else None
            if change is not None and change > MOST_CHANGE:
                change = None
            with st.container(border=True, width="content", gap=None):
                st.metric(
                    say(label),
                    written(measure, value, total.currency),
                    None if change is None else figures.percent(change),
                    delta_color=GOOD.get(measure, "normal"),
                    delta_description=None if change is None else say("than the days before"),
                    help=say(ABOUT[measure]) if measure in ABOUT else None,
                )
                shown = [f"**{say(label)} · {written(measure, value, total.currency)}**"]
                if change is not None:
                    shown.append(
                        say(
                            "**Compared with:** {value}, of the {days} days before",
                            value=written(measure, earlier, total.currency),
                            days=figures.number((until - since).days + 1),
                        )
                    )
                offer_source(shown, days, since, until, f"source-{measure}-{total.currency}")
    st.caption(provenance(total, since, until))


@part
def compare_platforms(currency: str, days: Sequence[Day], since: date, until: date) -> None:
    """Each platform's own numbers, side by side; what counts as an application is each one's own, too."""
    rows = [one for one in ask(reports.platform_totals, since, until) if one.currency == currency]
    if len(rows) == 1:
        return

    def paid(amount: object) -> str:
        return figures.money(amount, currency)  # type: ignore[arg-type]

    st.markdown(f"**{say('Platforms compared')}**")
    chosen = table(
        rows,
        [
            Column(say("Platform"), lambda row: naming.platform(row.platform)),
            Column(say("Spend"), lambda row: row.spend, paid),
            Column(say("Impressions"), lambda row: row.impressions, figures.number),
            Column(say("Clicks"), lambda row: row.clicks, figures.number),
            Column(say("Cost per click"), lambda row: row.cost_per_click, paid),
            Column(say("Applications"), lambda row: row.applications, figures.number),
            Column(say("Cost per application"), lambda row: row.cost_per_application, paid),
        ],
        key=f"platforms-{currency}",
        choose=True,
    )
    if chosen is None or chosen >= len(rows):
        st.caption(say("Select a row to see where its numbers come from."))
        return
    with st.container(border=True):
        own = [day for day in days if day.platform == rows[chosen].platform]
        st.markdown(f"**{naming.platform(rows[chosen].platform)}**")
        show_source(own, since, until, key=f"source-platform-{currency}")


def written(measure: str, value: Decimal | int | None, currency: str) -> str:
    if measure in {"spend", "cost_per_application"}:
        return figures.money(None if value is None else Decimal(value), currency)
    return figures.number(value)


def provenance(total: Totals, since: date, until: date) -> str:
    """Where the numbers come from: window, completeness, age and receipts."""
    receipts = ", ".join(str(number) for number in sorted(total.slice_ids)[-5:])
    return say(
        "{currency} · {since} to {until} · {read} of {asked} account days read completely · "
        "read {ago} · receipt {receipts}",
        currency=total.currency,
        since=figures.day(since),
        until=figures.day(until),
        read=figures.number(total.days_read),
        asked=figures.number(total.days_asked),
        ago=figures.ago(total.oldest_read_at),
        receipts=receipts or figures.UNKNOWN,
    )


@part
def show_charts(currency: str, days: Sequence[Day]) -> None:
    chosen = st.session_state.get(f"measure-{currency}", "applications")
    for place, measure in zip(st.columns(2), ("spend", chosen), strict=True):
        with place:
            label = say(TILES[measure])
            unit = f" · {currency}" if measure == "spend" else ""
            st.markdown(f"**{say('{measure} by day', measure=label)}**{unit}")
            st.vega_lite_chart(charts.by_day(days, measure, label), width="stretch")
    with place:
        st.segmented_control(
            say("Measure"),
            ["applications", "clicks", "impressions"],
            format_func=lambda name: say(TILES[name]),
            default="applications",
            required=True,
            key=f"measure-{currency}",
            label_visibility="collapsed",
        )
    if any(day.slice_id is None for day in days):
        st.caption(say("Grey days were not read completely: their numbers are missing, not zero."))


overview()
