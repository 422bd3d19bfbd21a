"""A plan on the screen: what it may cost at most, what it would change, a yes or a no, and going out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from uuid import uuid4

import streamlit as st

from adflux_core import reports
from adflux_core.errors import AdfluxError, NotAllowedError
from adflux_core.reports import AimRow, PlannedItem, PlanRow
from dashboard import deeds, figures, naming, segment_fairness, session
from dashboard.campaign_table import PAGE
from dashboard.planned_ad import show_creative
from dashboard.reads import ask
from dashboard.run_view import run_badge
from dashboard.run_watch import follow_to_its_end
from dashboard.session import SessionEndedError
from dashboard.sheet import explain
from dashboard.words import brief, language, mark, plain, say

MOST_OPEN = 4  # ads of a plan that are shown at once; of more, each once it is asked for
DECISIONS = {"approved": mark("Approved"), "refused": mark("Refused")}


def show_plan(rows: Sequence[PlanRow]) -> None:
    """`rows`: one for each currency of the plan."""
    row, items = rows[0], ask(reports.planned_items, rows[0].id)
    with st.container(horizontal=True):
        for one in rows:
            most, day = (figures.money(amount, one.currency) for amount in (one.most, one.most_in_a_day))
            st.metric(say("Costs at most"), most, border=True, width="content")
            st.metric(say("At most in a day"), day, border=True, width="content")
        st.metric(say("Campaigns"), figures.number(row.campaigns), border=True, width="content")
    planned = say("Planned by {who}, {when}", who=who(row.author), when=figures.moment(row.created_at))
    if row.changes_publication_id is not None:
        planned += " · " + say("another budget for campaign {number}", number=row.changes_publication_id)
    st.caption(planned)
    if row.decision is None:
        show_decision_of(row, items)
    aim = ask(reports.plan_aim, row.id)
    for item in items:
        show_item(item, aim, whole=len(items) <= MOST_OPEN)


def who(author: str) -> str:
    return say("nobody on record") if author == deeds.UNKNOWN_AUTHOR else plain(author)


def show_decision_of(row: PlanRow, items: Sequence[PlannedItem]) -> None:
    allowed, alone = session.may("approve plan"), alone_up_to(row, items)
    yes, no = st.columns([1, 3], vertical_alignment="bottom")
    barred = not allowed or alone is not None
    if yes.button(say("Approve"), key=f"approve-{row.id}", disabled=barred, width="stretch"):
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
    elif alone is not None:
        st.caption(say("Above {amount}, somebody other than its author approves a plan.", amount=alone))


def alone_up_to(row: PlanRow, items: Sequence[PlannedItem]) -> str | None:
    """What an author may approve alone, where this person may be the author and the plan is for more."""
    if row.author.strip().casefold() not in {session.account().casefold(), deeds.UNKNOWN_AUTHOR}:
        return None
    totals: dict[tuple[str, str], Decimal] = {}
    for item in items:
        account = item.plan.platform.value, item.plan.account_id
        totals[account] = totals.get(account, Decimal(0)) + item.most
    for cap in ask(reports.caps):
        planned = totals.get((cap.platform, cap.account_id), Decimal(0))
        if cap.second_person is not None and planned > cap.second_person:
            return figures.money(cap.second_person, cap.currency)
    return None


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


def tell_decision() -> PlanRow | None:
    """What became of the plan that this person decided on: once, and one to be published until it is."""
    plan_id = st.session_state.get("decided")
    if plan_id is None:
        return None
    row = ask(reports.plan_decision, plan_id)
    if row.decision != "approved" or (row.published and f"publishing-{plan_id}" not in st.session_state):
        del st.session_state["decided"]
    said = say(
        "Plan {plan}: {decision} by {who}, {when}.",
        plan=plan_id,
        decision=say(DECISIONS[row.decision or ""]).lower(),
        who=plain(row.decided_by),
        when=figures.moment(row.decided_at),
    )
    if row.decided_by == session.account():
        st.success(said)
    else:
        st.info(f"{say('Somebody else was first.')} {said}")
    return row


def show_publishing(row: PlanRow) -> None:
    """The button that publishes an approved plan, and how far that is. Twice publishes nothing twice."""
    if row.decision != "approved":
        return
    whole = row.published == row.campaigns
    begun = st.session_state.get(f"publishing-{row.id}")
    if begun is not None:
        run = follow_to_its_end(begun, say("Plan {plan} is being published.", plan=row.id))
        if run is None or not run.over:
            return
        whole = run.state == "Completed"
        if not whole:
            # Another form, another run: this one would be found again and again.
            st.session_state.pop(f"publish-form-{row.id}", None)
            st.warning(f"{say('It was not published whole: press again to go on.')} {run_badge(run)}")
            st.code(run.message, language=None, wrap_lines=True)
    if whole:
        st.success(say("Published. Its campaigns say how they are."))
        if st.button(say("See the campaigns"), key=f"see-{row.id}"):
            st.switch_page(PAGE, query_params={"lang": language()})
        return
    allowed, others = session.may("start publish-campaign"), in_its_way(row)
    if st.button(say("Publish now"), key=f"publish-{row.id}", disabled=bool(others) or not allowed):
        publish(row.id)
    if others:
        st.warning(say("Already advertised: close campaign {numbers} first.", numbers=", ".join(others)))
    if not allowed:
        st.caption(say("An approver publishes it."))


def in_its_way(row: PlanRow) -> list[str]:
    """The campaigns that run for its postings already: one is closed before another begins."""
    if row.changes_publication_id is not None:
        return []
    return [str(one.runs_already) for one in ask(reports.planned_items, row.id) if one.runs_already]


def publish(plan_id: int) -> None:
    form = st.session_state.setdefault(f"publish-form-{plan_id}", uuid4().hex)
    parameters = {"plan_id": plan_id}
    try:
        run = deeds.start_named(deeds.PUBLISH, parameters, deeds.key_of(form, deeds.PUBLISH, parameters))
    except AdfluxError as error:
        explain(error, say("This was not started, and nothing was published."))
        return
    st.session_state[f"publishing-{plan_id}"] = run
    st.rerun()


def show_item(item: PlannedItem, aim: AimRow | None, *, whole: bool) -> None:
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
        if item.findings:
            st.markdown(f"**{say('What speaks against it')}**")
            st.markdown("\n".join(f"- {plain(finding)}" for finding in item.findings))
        if item.differs:
            st.markdown(f"**{say('What it would change')}**")
            st.code("\n".join(item.differs), language=None, wrap_lines=True)
        with st.expander(say("The ad"), expanded=whole):
            show_creative(plan)
            if aim is not None:
                cities = [city.name for city in plan.targeting.cities]
                segment_fairness.show_aim(aim, searches=plan.keywords, cities=cities)
