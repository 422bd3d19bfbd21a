"""Start and follow: begin a piece of work once, and watch it until it is done."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

import streamlit as st

from adflux_core.errors import AdfluxError, InputError, NotAllowedError
from dashboard import deeds, figures, runs, session, work_words
from dashboard.forms import ask_parameters
from dashboard.run_view import run_state, show_run
from dashboard.runs import Deployment, PrefectUnavailableError, Run
from dashboard.session import SessionEndedError
from dashboard.sheet import explain, sheet
from dashboard.tables import Column, table
from dashboard.words import plain, say


def start_and_follow() -> None:
    with sheet(say("Start and follow"), say("Begin a piece of work, and watch it until it is done.")):
        try:
            followed = st.session_state.get("followed")
            if followed is not None:
                show_followed(followed)
            else:
                show_start(runs.deployments())
            show_recent(runs.recent())
        except PrefectUnavailableError as error:
            show_prefect_down(error)


def show_start(deployments: list[Deployment]) -> None:
    st.subheader(say("Start"), anchor=False)
    if not deployments:
        st.info(say("Nothing can be started yet: no work was set up in Prefect."))
        return
    chosen = st.selectbox(say("What to start"), deployments, format_func=name_of, key="work")
    st.caption(plain(work_words.meaning(chosen.flow, chosen.description)))
    token = st.session_state.setdefault("form", uuid4().hex)
    with st.form(f"form-{token}-{chosen.id}", border=True, enter_to_submit=False):
        parameters, problems = ask_parameters(chosen.schema, chosen.defaults, key=f"{token}-{chosen.id}")
        pressed = st.form_submit_button(say("Start"))
    if not pressed:
        return
    for problem in problems:
        st.warning(problem)
    if not problems:
        begin(chosen, parameters, token)


def begin(chosen: Deployment, parameters: dict[str, object], token: str) -> None:
    try:
        started = deeds.start(chosen, parameters, deeds.key_of(token, str(chosen.id), parameters))
    except (NotAllowedError, SessionEndedError) as error:
        explain(error)
        return
    except InputError as error:
        st.error(say("This was not started: the parameters were refused."))
        st.code(str(error), language=None, wrap_lines=True)
        return
    st.session_state["followed"] = started
    st.rerun()


def name_of(deployment: Deployment) -> str:
    return f"{work_words.name(deployment.flow)} · {work_words.occasion(deployment.occasion)}"


def show_followed(run_id: UUID) -> None:
    if st.button(say("Start another"), key="another"):
        del st.session_state["followed"]
        st.session_state["form"] = uuid4().hex
        st.rerun()
    run = look(run_id)
    if run is not None:
        live = st.fragment(watch, run_every=None if run.over else "2s")
        live(run_id, run)


def watch(run_id: UUID, first: Run) -> None:
    """Every two seconds until it is over; then the page is drawn once more, at rest."""
    if not still_allowed():
        st.rerun()
    run = look(run_id) or first
    show_run(run)
    if run.over and not first.over:
        st.rerun()


def still_allowed() -> bool:
    """The fragment runs without the app around it, which would ask this."""
    try:
        return session.may("look at runs")
    except SessionEndedError:
        return False


def look(run_id: UUID) -> Run | None:
    """The run as it is now; while Prefect is silent, as it was last seen, with its age."""
    try:
        run = runs.follow(run_id)
    except AdfluxError as error:
        seen: tuple[Run, datetime] | None = st.session_state.get("last-look")
        explain(error, say("Prefect does not answer: nothing can be started or followed right now."))
        if seen is None or seen[0].id != run_id:
            return None
        st.caption(say("As it was seen {ago}:", ago=figures.ago(seen[1])))
        return seen[0]
    st.session_state["last-look"] = (run, datetime.now(UTC))
    return run


def show_recent(recent: list[Run]) -> None:
    st.subheader(say("Recent runs"), anchor=False)
    if not recent:
        st.info(say("Nothing has run yet."))
        return
    chosen = table(
        recent,
        [
            Column(say("Task"), lambda run: work_words.name(run.flow), width=200),
            Column(say("State"), lambda run: run_state(run.state), width=170),
            Column(say("Began"), lambda run: run.started_at or run.expected_at, figures.moment, width=150),
            Column(say("Took"), lambda run: run.took.total_seconds(), figures.seconds),
            Column(say("Name"), lambda run: run.name, width=260),
        ],
        key=f"recent-{st.session_state.get('form', '')}",
        choose=True,
    )
    st.caption(say("Select a row to follow that run."))
    if chosen is not None and chosen < len(recent) and st.session_state.get("followed") != recent[chosen].id:
        st.session_state["followed"] = recent[chosen].id
        st.session_state["form"] = uuid4().hex
        st.rerun()


def show_prefect_down(error: PrefectUnavailableError) -> None:
    explain(error, say("Prefect does not answer: nothing can be started or followed right now."))
    st.info(say("Campaigns keep running on their platforms, and all other pages keep working."))


start_and_follow()
