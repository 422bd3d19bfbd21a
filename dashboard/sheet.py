"""What every page has in common: its title, and one clear line when something does not answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import wraps
from typing import ParamSpec

import streamlit as st

from adflux_core import reports
from adflux_core.errors import AdfluxError, ConfigurationError, DatabaseUnavailableError, NotAllowedError
from adflux_core.settings import settings
from dashboard import naming, session
from dashboard.figures import ago, in_one_zone, moment
from dashboard.reads import ask, old_answers
from dashboard.session import SessionEndedError
from dashboard.words import in_one_language, plain, say

Asked = ParamSpec("Asked")
_said: ContextVar[set[str]] = ContextVar("_said")  # what the page being drawn explained already


@contextmanager
def sheet(title: str, purpose: str) -> Iterator[None]:
    """The frame of a page. Errors of ours become a notice; what was drawn before them stays."""
    st.title(title, anchor=False)
    st.caption(purpose)
    with _explained():
        say_what_is_simulated()
        yield


def part(draw: Callable[Asked, None]) -> Callable[Asked, None]:
    """A part of a page: what is chosen in it draws it alone anew, with the values it was first drawn with.

    Errors of ours become a notice in it.
    """

    @st.fragment
    @wraps(draw)
    def drawn(*values: Asked.args, **named: Asked.kwargs) -> None:
        if old_answers.get() is not None:  # with the page around it
            try:
                draw(*values, **named)
            except AdfluxError as error:
                _explain_once(error)
            return
        with _explained():
            # Alone, it runs without the app around it, which would ask this.
            if not session.may("look"):
                raise NotAllowedError("no role is left")
            draw(*values, **named)

    return drawn


@contextmanager
def _explained() -> Iterator[None]:
    notice = st.empty()
    old: list[datetime] = []
    token, said = old_answers.set(old), _said.set(set())
    try:
        with in_one_language(), in_one_zone():
            yield
    except AdfluxError as error:
        _explain_once(error)
    finally:
        _said.reset(said)
        old_answers.reset(token)
        if old:
            notice.warning(
                say(
                    "The database does not answer. What you see was read {when} ({ago}); "
                    "the page asks again by itself at your next click.",
                    when=moment(min(old)),
                    ago=ago(min(old)),
                )
            )


def _explain_once(error: AdfluxError) -> None:
    """A database that is down is down for every part of a page."""
    said = _said.get()
    if str(error) not in said:
        said.add(str(error))
        explain(error)


def say_what_is_simulated() -> None:
    """The line that no page goes without where something on it is not real."""
    if settings().adflux_truth_url:
        told = say(
            "SIMULATED: a sandbox plays the platforms here. No number on any page is of real ads or money."
        )
    elif _some_are_simulated():
        told = say("SIMULATED: some of these postings were made to try things. Their titles say so.")
    else:
        return
    st.markdown(f":orange-badge[{plain(told)}]")


def _some_are_simulated() -> bool:
    try:
        return ask(reports.has_simulated_postings)
    except AdfluxError:
        return False  # the page's own questions meet the same failure, and say so


def explain(error: AdfluxError, headline: str | None = None) -> None:
    """What happened, what to do, and the technical line for whoever mends it."""
    if isinstance(error, NotAllowedError):
        st.error(not_allowed(error))
        return
    if isinstance(error, SessionEndedError):
        st.error(say("Your session has ended. Nothing was done: reload the page and sign in again."))
        return
    st.error(headline or _headline(error))
    with st.expander(say("Technical detail")):
        st.code(str(error), language=None, wrap_lines=True)


def not_allowed(error: NotAllowedError) -> str:
    """Why somebody may not, and who may: one line."""
    if not error.role:
        return say("You have no role here any more: an administrator can give you one.")
    return say(
        "Your role is {role}, and this needs {needs}. An administrator can change that.",
        role=naming.role(error.role),
        needs=naming.role(error.needs),
    )


def _headline(error: AdfluxError) -> str:
    if isinstance(error, DatabaseUnavailableError):
        return say("The database does not answer, and this was not read before. Try again in a minute.")
    if isinstance(error, ConfigurationError):
        return say("AdFlux is not set up completely: somebody who runs it must mend a setting.")
    return say("This could not be shown.")
