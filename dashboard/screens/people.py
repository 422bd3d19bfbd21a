"""People: who may use the dashboard, and as what. Admins alone see it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from adflux_core import reports
from adflux_core.access import LOCAL, Role
from adflux_core.errors import AdfluxError, InputError, NotAllowedError
from adflux_core.reports import PersonRow
from dashboard import deeds, figures, naming, session
from dashboard.reads import ask
from dashboard.session import SessionEndedError
from dashboard.sheet import explain, sheet
from dashboard.tables import Column, table
from dashboard.words import mark, plain, say

MEANINGS = {
    "viewer": mark("sees every number"),
    "analyst": mark("also brings data in, writes ads and makes reports"),
    "approver": mark("also decides what runs and what is spent"),
    "admin": mark("also lets people in"),
}


def show_people() -> None:
    with sheet(
        say("People"), say("Who may use AdFlux, and as what. Each role does what those before it do.")
    ):
        people = ask(reports.people)
        chosen = show_table(people)
        if chosen is not None and chosen < len(people) and people[chosen].active:
            take(people[chosen])
        give()
        show_refused()


def show_table(people: Sequence[PersonRow]) -> int | None:
    chosen = table(
        people,
        [
            Column(say("Person"), name_of, width=280),
            Column(say("Role"), lambda row: naming.role(row.role) if row.active else say("None any more")),
            Column(say("Since"), lambda row: row.since, figures.moment, width=150),
            Column(say("By"), lambda row: row.granted_by, width=220),
        ],
        key="people",
        choose=True,
    )
    st.caption(say("Select a row to take that person's role."))
    return chosen


def name_of(row: PersonRow) -> str:
    return say("Whoever sits at this machine") if row.account == LOCAL else row.account


def take(row: PersonRow) -> None:
    allowed = session.may("revoke role")
    if st.button(say("Take the role of {who}", who=plain(name_of(row))), key="revoke", disabled=not allowed):
        do(lambda: deeds.revoke_role(row.account))


def give() -> None:
    st.subheader(say("Let somebody in"), anchor=False)
    with st.form("grant", border=True, clear_on_submit=False):
        who, what = st.columns([2, 3])
        account = who.text_input(say("E-mail address they log in with"), max_chars=254)
        role = what.selectbox(
            say("Role"), list(MEANINGS), format_func=lambda one: f"{naming.role(one)}: {say(MEANINGS[one])}"
        )
        if st.form_submit_button(say("Give the role"), disabled=not session.may("grant role")):
            do(lambda: deeds.grant_role(account, Role(role)))


def show_refused() -> None:
    refused = ask(reports.refused_deeds)
    if not refused:
        return
    st.subheader(say("What was refused lately"), anchor=False)
    table(
        refused,
        [
            Column(say("When"), lambda row: row.at, figures.moment, width=150),
            Column(say("Person"), lambda row: row.actor, width=280),
            Column(say("Role then"), lambda row: naming.role(row.role) if row.role else None),
            Column(say("Deed"), lambda row: row.deed, width=240),
        ],
        key="refused",
    )


def do(deed: Callable[[], None]) -> None:
    try:
        deed()
    except (NotAllowedError, SessionEndedError) as error:
        explain(error)
        return
    except InputError as error:
        explain(error, say("This is no e-mail address, or it has no role."))
        return
    except AdfluxError as error:
        explain(error, say("This was not done: somebody must remain who can let people in."))
        return
    st.rerun()


show_people()
