"""Approvals: plans that wait, what each may cost at most, what it would change, and a yes or a no."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from adflux_core import reports
from adflux_core.errors import AdfluxError, NotAllowedError
from adflux_core.reports import PlannedItem, PlanRow
from dashboard import deeds, figures, naming, session
from dashboard.planned_ad import show_creative
from dashboard.reads import ask
from dashboard.session import SessionEndedError
from dashboard.sheet import explain, sheet
from dashboard.tables import Column, table
from dashboard.words import brief, many, mark, plain, say

DECISIONS = {"approved": mark("Approved"), "refused": mark("Refused")}


def show_approvals() -> None:
    with sheet(say("Approvals"), say("Nothing is published before somebody has said yes to exactly this.")):
        tell_decision()
        waiting = ask(reports.plans_waiting)
        if not waiting:
            st.info(say("No plan waits. `adflux plan` makes one from postings."))
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


def show_plan(rows: Sequence[PlanRow]) -> None:
    """`rows`: one for each currency of the plan."""
    row = rows[0]
    with st.container(horizontal=True):
        for one in rows:
            most, day = (figures.money(amount, one.currency) for amount in (one.most, one.most_in_a_day))
            st.metric(say("Costs at most"), most, border=True, width="content")
            st.metric(say("At most in a day"), day, border=True, width="content")
        st.metric(say("Campaigns"), figures.number(row.campaigns), border=True, width="content")
    planned = say("Planned by {who}, {when}", who=plain(row.author), when=figures.moment(row.created_at))
    if row.changes_publication_id is not None:
        planned += " · " + say("another budget for campaign {number}", number=row.changes_publication_id)
    st.caption(planned)
    show_decision_of(row)
    for item in ask(reports.planned_items, row.id):
        show_item(item)


def show_decision_of(row: PlanRow) -> None:
    allowed = session.may("approve plan")
    yes, no = st.columns([1, 3], vertical_alignment="bottom")
    if yes.button(say("Approve"), key=f"approve-{row.id}", disabled=not allowed, width="stretch"):
        decide(row.id, lambda: deeds.approve_plan(row.id))
    with no.form(f"refuse-{row.id}", border=False):
        why, press = st.columns([3, 1], vertical_alignment="bottom")
        reason = why.text_input(say("Why not"), max_chars=deeds.LONGEST_REASON)
        if press.form_submit_button(say("Refuse"), disabled=not allowed, width="stretch"):
            if reason.strip():
                decide(row.id, lambda: deeds.refuse_plan(row.id, reason))
            else:
                st.warning(say("Say why, so that the next plan can be better."))
    if not allowed:
        st.caption(say("An approver decides on this plan."))


def decide(plan_id: int, deed: Callable[[], None]) -> None:
    """Do it, or find that somebody else was first; either way the page says who decided."""
    try:
        deed()
    except (NotAllowedError, SessionEndedError) as error:
        explain(error)
        return
    except AdfluxError as error:
        if reports.plan_decision(plan_id).decision is None:
            explain(error, say("This plan was not decided."))
            return
    st.session_state["decided"] = plan_id
    st.rerun()


def tell_decision() -> None:
    """What became of the plan that this person decided on, once."""
    plan_id = st.session_state.pop("decided", None)
    if plan_id is None:
        return
    row = reports.plan_decision(plan_id)
    said = say(
        "Plan {plan}: {decision} by {who}, {when}.",
        plan=plan_id,
        decision=say(DECISIONS[row.decision or ""]).lower(),
        who=plain(row.decided_by),
        when=figures.moment(row.decided_at),
    )
    if row.decided_by == session.account():
        then = say("It is published under Start and follow.") if row.decision == "approved" else ""
        st.success(f"{said} {then}")
    else:
        st.info(f"{say('Somebody else was first.')} {said}")


def show_item(item: PlannedItem) -> None:
    plan = item.plan
    with st.container(border=True):
        st.subheader(plain(brief(item.title)), anchor=False)
        st.markdown(
            f"{naming.platform(plan.platform)} · {plain(plan.account_id)} · "
            f"**{figures.money(item.most, plan.budget.currency)}** · "
            f"{figures.day(plan.starts_at.date())} – {figures.day(plan.ends_at.date())}"
        )
        if item.runs_already is not None:
            told = say("Campaign {number} already runs for this posting", number=item.runs_already)
            st.markdown(f":orange-badge[{told}]")
        if item.differs:
            st.markdown(f"**{say('What it would change')}**")
            st.code("\n".join(item.differs), language=None, wrap_lines=True)
        with st.expander(say("The ad"), expanded=True):
            show_creative(plan)


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
