"""Settings and doctor: what AdFlux is set up with, what it needs, and how to mend what is ill. No secret."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from adflux_core import reports
from adflux_core.errors import AdfluxError
from adflux_core.reports import CapRow, Examined
from dashboard import deeds, figures, naming, runs, session
from dashboard.reads import ask
from dashboard.run_watch import follow_to_its_end
from dashboard.setting_words import CHECKS, SETTINGS
from dashboard.sheet import explain, sheet
from dashboard.tables import Column, table
from dashboard.words import plain, say

EXAMINE = "examine-installation/every-hour"
NOT_CONFIGURED = "not configured"  # as the doctor says it of a platform


def show_settings_and_doctor() -> None:
    with sheet(
        say("Settings"), say("What AdFlux is set up with, whether all it needs is well, and how to mend it.")
    ):
        examined = ask(reports.examination)
        show_doctor(examined)
        show_accounts(ask(reports.caps))
        if examined is not None:
            show_settings(examined.settings)
            show_versions(examined.versions)


def show_doctor(examined: Examined | None) -> None:
    st.subheader(say("Doctor"), anchor=False)
    if examined is None:
        st.info(say("Nothing was examined yet. It is done every hour, and whenever you ask for it."))
    else:
        st.caption(
            say(
                "Examined {when} ({ago}), by the worker, which alone has the platforms' credentials.",
                when=figures.moment(examined.examined_at),
                ago=figures.ago(examined.examined_at),
            )
        )
        # Prefect itself is asked below: whether it answered the worker then says less.
        checks = [one for one in examined.checks if one["name"] != "prefect"]
        for check in sorted(checks, key=lambda one: bool(one["ok"])):
            show_check(check)
    show_prefect()
    show_examining(examined)


def show_check(check: Mapping[str, Any]) -> None:
    name, fix = CHECKS.get(check["name"], (None, None))
    label = say(name) if name else naming.platform(check["name"])
    detail = plain(check["detail"])
    if check["ok"] and check["detail"] == NOT_CONFIGURED:
        st.markdown(f":gray-badge[{say('Not set up')}] **{label}**")
    elif check["ok"]:
        st.markdown(f":green-badge[{say('Well')}] **{label}** · {detail}")
    else:
        mend = (
            say(fix)
            if fix
            else say("See the settings that begin with {name}.", name=f"{check['name'].upper()}_")
        )
        with st.container(border=True):
            st.markdown(f":red-badge[{say('Ill')}] **{label}** · {detail}")
            st.markdown(f"**{say('How to mend it')}:** {mend}")


def show_examining(examined: Examined | None) -> None:
    run_id = st.session_state.get("examining")
    if run_id is not None:
        run = follow_to_its_end(run_id, say("Being examined."))
        if run is not None and run.over:
            del st.session_state["examining"]
            if run.message and run.state != "Completed":
                st.warning(say("The last examination was not finished."))
                st.code(run.message, language=None, wrap_lines=True)
    pressed = st.button(
        say("Examine now"), key="examine", disabled=not session.may("start examine-installation")
    )
    if not pressed:
        return
    # Of one examination the next is asked for once a minute, however often and by whomever.
    last = 0 if examined is None else examined.id
    try:
        st.session_state["examining"] = deeds.start_named(
            EXAMINE, {}, f"examine-{last}-{datetime.now(UTC):%Y%m%d%H%M}"
        )
    except AdfluxError as error:
        explain(error, not_started(error))
        return
    st.rerun()


def not_started(error: AdfluxError) -> str | None:
    if isinstance(error, runs.PrefectUnavailableError):
        return say("Prefect does not answer: nothing can be started or followed right now.")
    return None


def show_prefect() -> None:
    try:
        address = runs.screen()
    except AdfluxError:
        st.markdown(
            f":red-badge[{say('No answer')}] **Prefect** · "
            + say("Nothing scheduled runs until it is back: `adflux up` starts it.")
        )
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":green-badge[{say('Well')}] **Prefect** · {say('answers now')}")
        st.link_button(say("Open Prefect"), address)


def show_accounts(caps: Sequence[CapRow]) -> None:
    st.subheader(say("Ad accounts and their caps"), anchor=False)
    st.caption(say("You see times in {zone}, as your browser says.", zone=figures.zone().key))
    if not caps:
        st.info(say("No ad account was read yet. The next examination reads them."))
        return

    def money(name: str) -> Any:
        return lambda row: figures.money(getattr(row, name), row.currency).removeprefix(row.currency).strip()

    table(
        caps,
        [
            Column(say("Account"), lambda row: row.name or row.account_id, width=130),
            Column(say("Platform"), lambda row: naming.platform(row.platform), width=90),
            Column(say("Currency"), lambda row: row.currency, width=70),
            Column(say("Time zone"), lambda row: row.time_zone, width=120),
            Column(say("A campaign"), money("campaign"), width=100),
            Column(say("A day"), money("day"), width=90),
            Column(say("A month"), money("month"), width=100),
            Column(say("Second person above"), money("second_person"), width=150),
            Column(say("Set by"), lambda row: row.set_by, width=110),
            Column(say("Read at"), lambda row: row.read_at, figures.moment, width=150),
        ],
        key="caps",
    )
    st.markdown(say("What each may cost at most, whatever is approved. `adflux cap` changes it."))


def show_settings(settings: Sequence[Mapping[str, Any]]) -> None:
    st.subheader(say("What is set"), anchor=False)
    table(
        settings,
        [
            Column(say("What for"), lambda row: say(SETTINGS[row["name"]]), width=380),
            Column(say("Value"), value_of, width=200),
            Column(say("Setting"), lambda row: row["name"], width=260),
        ],
        key="settings",
    )
    st.caption(say("Of a secret only whether it is set is known here. `.env.example` says how to set each."))


def value_of(row: Mapping[str, Any]) -> str:
    if row["secret"]:
        return say("Set") if row["given"] else say("Not set")
    if row["value"] is None:
        return say("Not set")
    value = {"True": say("Yes"), "False": say("No")}.get(row["value"], row["value"])
    return str(value) if row["given"] else say("{value} (as it comes)", value=value)


def show_versions(versions: Mapping[str, str]) -> None:
    st.subheader(say("Versions"), anchor=False)
    st.markdown(" · ".join(f"{plain(name)} **{plain(number)}**" for name, number in sorted(versions.items())))


show_settings_and_doctor()
