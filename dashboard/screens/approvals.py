"""Approvals: plans that wait, what each may cost at most, what it would change, and a yes or a no."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from adflux_core import reports
from adflux_core.reports import PlanRow
from dashboard import figures
from dashboard.plan_view import DECISIONS, show_plan, show_publishing, tell_decision
from dashboard.reads import ask
from dashboard.sheet import sheet
from dashboard.tables import Column, table
from dashboard.words import brief, many, say


def show_approvals() -> None:
    with sheet(say("Approvals"), say("Nothing is published before somebody has said yes to exactly this.")):
        decided = tell_decision()
        if decided is not None:
            show_publishing(decided)
        waiting = ask(reports.plans_waiting)
        if not waiting:
            st.info(say("No plan waits. New campaign makes one from postings."))
        else:
            chosen = choose(waiting)
            show_plan([row for row in waiting if row.id == chosen])
        show_decided(ask(reports.plans_decided))


def choose(waiting: Sequence[PlanRow]) -> int:
    by_id = {row.id: row for row in waiting}
    if st.session_state.get("plan-chosen") not in by_id:
        st.session_state.pop("plan-chosen", None)
    told = many("{count} plan waits", "{count} plans wait", len(by_id), figures.number(len(by_id)))
    return st.selectbox(told, list(by_id), format_func=lambda number: title(by_id[number]), key="plan-chosen")


def title(row: PlanRow) -> str:
    return f"{row.id} · {brief(row.titles)} · {figures.money(row.most, row.currency)} · {row.author}"


def show_decided(decided: Sequence[PlanRow]) -> None:
    if not decided:
        return
    st.subheader(say("Decided lately"), anchor=False)
    table(
        decided,
        [
            Column(say("Plan"), lambda row: row.id, width=70),
            Column(say("Postings"), lambda row: row.titles, width=280),
            Column(say("Costs at most"), lambda row: row.most, figures.number, width=130),
            Column(say("Currency"), lambda row: row.currency, width=80),
            Column(say("Decision"), lambda row: say(DECISIONS[row.decision]), width=100),
            Column(say("Who"), lambda row: row.decided_by, width=160),
            Column(say("When"), lambda row: row.decided_at, figures.moment, width=150),
            Column(say("Reason"), lambda row: row.reason, width=240),
        ],
        key="decided",
    )


show_approvals()
