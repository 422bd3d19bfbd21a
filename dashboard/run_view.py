"""One run on the screen: its state, how far it is, its tasks, its tables and its log."""

from __future__ import annotations

import streamlit as st

from dashboard import figures, work_words
from dashboard.figures import UNKNOWN
from dashboard.run_tables import show_table
from dashboard.runs import Run
from dashboard.tables import Column, table
from dashboard.words import mark, plain, say

RUN_STATES = {
    "Scheduled": mark("Waiting its turn"),
    "Late": mark("Late: no worker has taken it"),
    "Pending": mark("Getting ready"),
    "Submitting": mark("Getting ready"),
    "InfrastructurePending": mark("Getting ready"),
    "Running": mark("Running"),
    "AwaitingRetry": mark("Waiting to try again"),
    "AwaitingConcurrencySlot": mark("Waiting for another run"),
    "Retrying": mark("Trying again"),
    "Completed": mark("Done"),
    "Cached": mark("Done before"),
    "Failed": mark("Failed"),
    "Crashed": mark("Broken off"),
    "TimedOut": mark("Took too long"),
    "Cancelling": mark("Being stopped"),
    "Cancelled": mark("Stopped"),
    "Paused": mark("Paused"),
    "Suspended": mark("Paused"),
}
COLOURS = {
    **dict.fromkeys(("Failed", "Crashed", "TimedOut"), "red"),
    **dict.fromkeys(("Late", "AwaitingRetry", "Retrying", "Cancelling", "Paused", "Suspended"), "orange"),
    **dict.fromkeys(("Completed", "Cached"), "green"),
    **dict.fromkeys(("Pending", "Submitting", "InfrastructurePending", "Running"), "blue"),
}


def run_state(code: str) -> str:
    return say(RUN_STATES[code]) if code in RUN_STATES else code


def run_badge(run: Run) -> str:
    """The state as Markdown, in its colour; the word says it, too."""
    return f":{COLOURS.get(run.state, 'gray')}-badge[{run_state(run.state)}]"


def show_run(run: Run) -> None:
    st.subheader(work_words.name(run.flow), anchor=False)
    began = run.started_at or run.expected_at
    st.markdown(
        f"{run_badge(run)} **{plain(run.name)}** · "
        f"{figures.moment(began)} · {figures.seconds(run.took.total_seconds())}"
    )
    if run.message:
        st.code(run.message, language=None, wrap_lines=True)
    for step in run.progress if not run.over else ():
        share = min(max(step.percent / 100, 0.0), 1.0)
        st.progress(share, figures.percent(share))
    for left in run.tables:
        show_table(left)
    if run.tasks:
        st.markdown(f"**{say('Steps')}**")
        table(
            run.tasks,
            [
                Column(say("Step"), lambda task: task.name, width=360),
                Column(say("State"), lambda task: run_state(task.state)),
                Column(say("Took"), lambda task: task.took.total_seconds(), figures.seconds),
            ],
            key=f"tasks-{run.id}",
        )
    with st.expander(say("Log"), expanded=not run.over):
        lines = [f"{line.at.astimezone(figures.zone()):%H:%M:%S}  {line.text}" for line in run.log]
        st.code("\n".join(lines) or UNKNOWN, language=None, wrap_lines=True, height=260)
    st.link_button(say("Open in Prefect"), run.url)
