"""The dashboard: its pages, its language, and nothing else."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from adflux_core.settings import settings
from dashboard.words import HOME, LANGUAGES, say

# Not called pages: what is in a folder of that name Streamlit also serves without this file, when one of its
# addresses is the first that anyone opens.
PAGES = Path(__file__).parent / "screens"


def choose_language() -> None:
    """The address keeps the language, so that a link opens as it was sent."""
    if "language" not in st.session_state:
        asked = st.query_params.get("lang", HOME)
        st.session_state["language"] = asked if asked in LANGUAGES else HOME
    # A widget's value is dropped when its page is not drawn; writing it back keeps it.
    st.session_state["language"] = st.session_state["language"] or HOME
    st.query_params["lang"] = st.session_state["language"]


choose_language()
st.set_page_config(page_title="AdFlux", page_icon=str(Path(__file__).parent / "icon.png"), layout="wide")
# Only a pretended world has somebody to ask for the truth.
honesty = (
    [st.Page(PAGES / "honesty.py", title=say("Honesty"), url_path="honesty")]
    if settings().adflux_truth_url
    else []
)
page = st.navigation(
    {
        say("Today"): [
            st.Page(PAGES / "overview.py", title=say("Overview"), url_path="overview", default=True),
        ],
        say("Advertising"): [
            st.Page(PAGES / "postings.py", title=say("Postings"), url_path="postings"),
            st.Page(PAGES / "creatives.py", title=say("Ads"), url_path="ads"),
            st.Page(PAGES / "campaigns.py", title=say("Campaigns"), url_path="campaigns"),
            st.Page(PAGES / "applications.py", title=say("Applications"), url_path="applications"),
        ],
        say("Numbers"): [
            st.Page(PAGES / "data_health.py", title=say("Data health"), url_path="health"),
            st.Page(PAGES / "reports.py", title=say("Reports"), url_path="reports"),
            *honesty,
        ],
        say("Candidates"): [
            st.Page(PAGES / "segments.py", title=say("Segments"), url_path="segments"),
        ],
        say("Work"): [
            st.Page(PAGES / "start_and_follow.py", title=say("Start and follow"), url_path="runs"),
        ],
    }
)
st.sidebar.segmented_control(
    say("Language"), list(LANGUAGES), format_func=LANGUAGES.__getitem__, key="language", required=True
)
page.run()
