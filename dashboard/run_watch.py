"""A run that a page has just asked for, in one line beside what it is about, until it is over."""

from __future__ import annotations

from uuid import UUID

import streamlit as st

from adflux_core.errors import AdfluxError
from dashboard import reads, runs, session
from dashboard.run_view import run_badge
from dashboard.runs import Run
from dashboard.sheet import explain
from dashboard.words import say


def follow_to_its_end(run_id: UUID, said: str) -> Run | None:
    """Show `said` and how far the run is. When it is over, the page is drawn anew and this answers the run;
    None while Prefect does not answer.
    """
    run = _look(run_id)
    if run is None:
        st.warning(f"{said} {say('Prefect does not answer: how far it is cannot be seen now.')}")
    elif not run.over:
        st.fragment(_watch, run_every="2s")(run_id, said)
    return run


def _watch(run_id: UUID, said: str) -> None:
    try:
        session.account()
    except AdfluxError as error:
        explain(error)
        return
    run = _look(run_id)
    if run is not None and run.over:
        reads.forget()
        st.rerun()
    state = run_badge(run) if run else say("Prefect does not answer: how far it is cannot be seen now.")
    st.info(f"{said} {state}")


def _look(run_id: UUID) -> Run | None:
    try:
        return runs.glance(run_id)
    except AdfluxError:
        return None
