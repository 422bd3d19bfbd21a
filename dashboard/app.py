"""The dashboard: its pages, its language, who is looking, and nothing else."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from adflux_core import access
from adflux_core.access import LOCAL, NEEDS, Role
from adflux_core.errors import AdfluxError, NotAllowedError
from adflux_core.settings import settings
from dashboard import naming, session
from dashboard.screens import SCREENS, Screen
from dashboard.sheet import explain
from dashboard.words import HOME, LANGUAGES, plain, say

# Not called pages: what is in a folder of that name Streamlit also serves without this file, when one of its
# addresses is the first that anyone opens.
FOLDER = Path(__file__).parent / "screens"


def choose_language() -> None:
    """The address keeps the language, so that a link opens as it was sent."""
    if "language" not in st.session_state:
        asked = st.query_params.get("lang", HOME)
        st.session_state["language"] = asked if asked in LANGUAGES else HOME
    # A widget's value is dropped when its page is not drawn; writing it back keeps it.
    st.session_state["language"] = st.session_state["language"] or HOME
    st.query_params["lang"] = st.session_state["language"]


def page_of(screen: Screen, role: Role | None) -> StreamlitPage:
    """The page; whose role does not reach it finds a refusal at its address, and no link there."""
    allowed = access.allows(role, screen.deed)
    return st.Page(
        FOLDER / f"{screen.file}.py" if allowed else partial(refuse, screen, role),
        title=say(screen.title),
        url_path=screen.address,
        default=screen is SCREENS[0],
        visibility="visible" if allowed else "hidden",
    )


def refuse(screen: Screen, role: Role | None) -> None:
    st.title(say(screen.title), anchor=False)
    explain(NotAllowedError(f"{screen.address} is not for this role", role or "", NEEDS[screen.deed]))


def show_who(account: str, role: Role | None) -> None:
    """Who is looking, under the navigation."""
    if account == LOCAL:
        st.sidebar.caption(
            say("No login is set up: whoever sits at this machine uses the local account.")
            + f" {say('Role')}: {naming.role(role or '')}"
        )
        return
    st.sidebar.caption(f"{plain(account)}  \n{say('Role')}: {naming.role(role or '')}")
    if st.sidebar.button(say("Sign out"), key="sign-out"):
        st.logout()


def show_app() -> None:
    try:
        account, role = session.account(), session.role()
    except AdfluxError as error:
        explain(error)
        return
    # Only a pretended world has somebody to ask for the truth.
    there = [one for one in SCREENS if one.file != "honesty" or settings().adflux_truth_url]
    sections: dict[str, list[StreamlitPage]] = {}
    for screen in there:
        sections.setdefault(say(screen.section), []).append(page_of(screen, role))
    page = st.navigation(sections, expanded=True)  # else Streamlit hides the last ones behind a click
    st.sidebar.segmented_control(
        say("Language"), list(LANGUAGES), format_func=LANGUAGES.__getitem__, key="language", required=True
    )
    show_who(account, role)
    page.run()


choose_language()
st.set_page_config(page_title="AdFlux", page_icon=str(Path(__file__).parent / "icon.png"), layout="wide")
show_app()
