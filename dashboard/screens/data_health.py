"""Data health: how fresh and whole the numbers are, what is missing, and how much they move afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

import streamlit as st

from adflux_core import reports
from adflux_core.reports import AccountHealth, AlertRow, Hole, UnknownShape
from dashboard import charts, figures, naming, work_words
from dashboard.reads import ask
from dashboard.sheet import part, sheet
from dashboard.sources import receipt_columns
from dashboard.tables import Column, table
from dashboard.words import mark, plain, say

WHYS = {"unread": mark("Never read completely"), "unsettled": mark("Last read before it settled")}
MEASURES = {
    "applications": mark("Applications"),
    "spend": mark("Spend"),
    "clicks": mark("Clicks"),
    "impressions": mark("Impressions"),
}


def show_health() -> None:
    with sheet(say("Data health"), say("How fresh and whole the numbers are, and how much they still move.")):
        accounts = ask(reports.account_health)
        if not accounts:
            st.info(
                say(
                    "No numbers were read yet. They come with the first reading of an account: "
                    "Start and follow."
                )
            )
        if accounts:
            show_accounts(accounts)
            show_holes(ask(reports.holes))
            show_unknown(ask(reports.unknown_shapes))
            show_restatement()
            show_receipts()
        show_pulses()
        show_alerts(ask(reports.last_alerts))


def show_accounts(accounts: Sequence[AccountHealth]) -> None:
    table(
        accounts,
        [
            Column(say("Platform"), lambda row: naming.platform(row.platform), width=100),
            Column(say("Account"), lambda row: row.account_name or row.account_id, width=150),
            Column(say("Last good reading"), lambda row: row.good_read_at, figures.ago, width=150),
            Column(say("Read to"), lambda row: row.last_day, figures.day, width=110),
            Column(say("Missing days"), lambda row: row.days_unread, figures.number, width=110),
            Column(
                say("Healed days"),
                lambda row: row.days_healed,
                figures.number,
                about=say("Days of readings that failed, and were read completely since."),
            ),
            Column(
                say("Provisional spend"),
                lambda row: row.unsettled_share,
                figures.percent,
                about=say("The part of the last 90 days' spend that the platform may still restate."),
            ),
            Column(
                say("Settles after"),
                lambda row: row.settles_after,
                lambda days: say("{days} days", days=figures.number(days)),
            ),
            Column(
                say("Why"),
                lambda row: (
                    say("Learned from its own restatements.")
                    if row.learned
                    else say("As the platform states.")
                ),
                width=230,
            ),
            Column(say("Receipt"), lambda row: row.good_slice_id, width=80),
            Column(say("Currency"), lambda row: row.currency, width=80),
        ],
        key="accounts",
    )
    for account in accounts:
        if account.reason:
            name = plain(account.account_name or account.account_id)
            st.markdown(
                f"**{naming.platform(account.platform)} · {name}** "
                f"{naming.badge('incomplete')} {naming.meaning('incomplete')}"
            )
            st.code(account.reason, language=None, wrap_lines=True)


def show_holes(holes: Sequence[Hole]) -> None:
    st.subheader(say("Gaps"), anchor=False)
    if not holes:
        st.success(say("No day is missing, and none was last read before it settled."))
        return
    table(
        holes,
        [
            Column(say("Platform"), lambda row: naming.platform(row.platform)),
            Column(say("Account"), lambda row: row.account_id, width=150),
            Column(say("First day"), lambda row: row.first, figures.day),
            Column(say("Last day"), lambda row: row.last, figures.day),
            Column(say("Days"), lambda row: row.days, figures.number),
            Column(say("Why"), lambda row: say(WHYS[row.why]), width=230),
            Column(say("Failed readings"), lambda row: row.tried, figures.number),
        ],
        key="holes",
    )
    st.caption(say("Each nightly reading also reads up to 28 of these days, those never tried first."))


def show_unknown(shapes: Sequence[UnknownShape]) -> None:
    if not shapes:
        return
    st.subheader(say("Unexpected in the replies"), anchor=False)
    table(
        shapes,
        [
            Column(say("Platform"), lambda row: naming.platform(row.platform)),
            Column(say("Account"), lambda row: row.account_id, width=150),
            Column(say("In what"), lambda row: row.place),
            Column(say("Field or word"), lambda row: row.name),
            Column(say("Example"), lambda row: row.example, width=260),
            Column(say("Times"), lambda row: row.times, figures.number),
            Column(say("First seen"), lambda row: row.first_at, figures.moment, width=180),
            Column(say("Last seen"), lambda row: row.last_at, figures.moment, width=180),
        ],
        key="unknown",
    )
    st.caption(say("What the platforms' replies held that nobody asked for. The known numbers came in."))


@part
def show_restatement() -> None:
    st.subheader(say("How much the numbers move after the day"), anchor=False)
    steps = ask(reports.restatement)
    if not steps:
        st.info(say("No platform has restated a number yet."))
        return
    measure = st.segmented_control(
        say("Measure"),
        list(MEASURES),
        format_func=lambda name: say(MEASURES[name]),
        default="applications",
        required=True,
        key="restated",
        label_visibility="collapsed",
    )
    st.vega_lite_chart(charts.by_age(steps, attrgetter(measure)), width="stretch")
    st.caption(
        say(
            "For each day of age: all changes, up and down, as a share of what stands of the last 90 days. "
            "Where the bars end, the platform's numbers have settled."
        )
    )


def show_receipts() -> None:
    st.subheader(say("Receipts"), anchor=False)
    table(ask(reports.slices, latest_only=False, limit=50), receipt_columns(), key="receipts")
    st.caption(say("The last 50 readings. A reading that is not complete changed nothing."))


def show_pulses() -> None:
    st.subheader(say("Scheduled work"), anchor=False)
    pulses = ask(reports.pulses)
    if not pulses:
        st.info(say("No scheduled work was done yet: `adflux up` runs it."))
        return
    table(
        pulses,
        [
            Column(say("Task"), lambda row: work_words.name(row.work), width=260),
            Column(say("Last done"), lambda row: row.beat_at, figures.moment, width=180),
        ],
        key="pulses",
    )


def show_alerts(alerts: Sequence[AlertRow]) -> None:
    st.subheader(say("Alerts"), anchor=False)
    if not alerts:
        st.info(say("Nobody was alerted yet. `adflux watch`, run every few minutes, looks and tells."))
        return
    table(
        alerts,
        [
            Column(say("Began"), lambda row: row.first_at, figures.moment, width=150),
            Column(say("What"), lambda row: naming.state(row.kind), width=180),
            Column(say("About"), lambda row: row.subject, width=260),
            Column(say("Platform"), lambda row: naming.platform(row.platform) if row.platform else None),
            Column(say("Told"), lambda row: row.times_told, figures.number),
            Column(say("Taken on by"), lambda row: row.acknowledged_by, width=180),
            Column(say("Ended"), lambda row: row.ended_at, figures.moment, width=150),
        ],
        key="alerts",
    )
    st.caption(say("The last 20. An open one is taken on under Overview; then nobody is reminded again."))


show_health()
