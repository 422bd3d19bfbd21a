"""What needs somebody: each with the page to look at, and with who has taken it on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from adflux_core.alerts.causes import Cause, cause_of
from adflux_core.errors import AdfluxError
from adflux_core.reports import AlertRow, Concern, PlanRow
from dashboard import deeds, figures, naming, session, work_words
from dashboard.campaign_table import open_campaign
from dashboard.sheet import explain, part
from dashboard.words import brief, language, many, plain, say

AT_FIRST = 4
APPROVALS = Path(__file__).parent / "screens" / "approvals.py"
# What the database cannot know of itself: only the watch sees it, so only its alert says so.
OUTSIDE = {"database", "schema", "server", "zombie", "stuck", "broken"}


@part
def show_attention(concerns: Sequence[Concern], alerts: Sequence[AlertRow], plans: Sequence[PlanRow]) -> None:
    """`alerts`: the open ones; `plans`: those that wait for a yes. What is known now is shown whether or not
    anybody was told of it yet.
    """
    st.subheader(say("Needs you today"), anchor=False)
    tell_taken()
    if plans:
        show_waiting(plans)
    told = {(one.kind, one.platform, one.subject): one for one in alerts}
    rows: list[tuple[Concern, AlertRow | None]] = [(of(one), one) for one in alerts if one.kind in OUTSIDE]
    rows += [(one, told.get(key(cause_of(one)))) for one in concerns]
    if not rows and not plans:
        st.success(say("Nothing needs you now."))
        return
    for number, (concern, alert) in enumerate(rows[:AT_FIRST]):
        show_concern(number, concern, alert)
    rest = rows[AT_FIRST:]
    if rest:
        with st.expander(many("{count} more", "{count} more", len(rest), figures.number(len(rest)))):
            for number, (concern, alert) in enumerate(rest, start=AT_FIRST):
                show_concern(number, concern, alert)


def show_waiting(plans: Sequence[PlanRow]) -> None:
    """One line for all of them; the oldest is shown first there."""
    count = len({one.id for one in plans})
    told = many("{count} plan waits", "{count} plans wait", count, figures.number(count))
    row = st.container(
        border=True, horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    )
    with row:
        st.markdown(
            f":blue-badge[{say('To decide')}] **{told}**  \n{plain(brief(plans[0].titles))} "
            f":gray[{figures.ago(plans[0].created_at)}]"
        )
        if st.button(say("Decide"), key="decide"):
            st.switch_page(APPROVALS, query_params={"lang": language()})


def key(cause: Cause) -> tuple[str, str, str]:
    return cause.kind, cause.platform, cause.subject


def of(alert: AlertRow) -> Concern:
    return Concern(alert.kind, alert.platform, None, alert.subject, alert.detail, alert.first_at)


def show_concern(number: int, concern: Concern, alert: AlertRow | None) -> None:
    row = st.container(
        border=True, horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    )
    with row:
        about = f"{naming.meaning(concern.kind)} :gray[{figures.ago(concern.since)}]"
        if alert is not None and alert.acknowledged_by is not None:
            about += f"  \n:green-badge[{taken_by(alert)}]"
        st.markdown(
            f"{naming.badge(concern.kind)} {name_of(concern)}  \n{about}", help=plain(concern.detail) or None
        )
        if concern.publication_id is not None and st.button(say("Look at it"), key=f"concern-{number}"):
            open_campaign(concern.publication_id)
        if alert is not None and alert.acknowledged_by is None:
            take(alert)


def name_of(concern: Concern) -> str:
    if concern.kind == "silent":
        return f"**{work_words.name(concern.subject)}**"
    if concern.kind == "stopped" and not concern.subject:
        return f"**{say('Every account')}**"
    if not concern.platform:
        return f"**{plain(brief(concern.subject))}**"
    return f"**{plain(brief(concern.subject))}** · {naming.platform(concern.platform)}"


def taken_by(alert: AlertRow) -> str:
    return say(
        "Taken on by {who}, {ago}", who=plain(alert.acknowledged_by), ago=figures.ago(alert.acknowledged_at)
    )


def take(alert: AlertRow) -> None:
    """The button that says who looks after it: from then on nobody is reminded of it again."""
    pressed = st.button(
        say("I take it on"),
        key=f"take-{alert.id}",
        disabled=not session.may("acknowledge alert"),
        help=say("Nobody is reminded of it again while it lasts."),
    )
    if not pressed:
        return
    try:
        st.session_state["taken"] = deeds.acknowledge_alert(alert.id)
    except AdfluxError as error:
        explain(error)
        return
    st.rerun()


def tell_taken() -> None:
    """Whoever pressed second is told who was first, once."""
    who = st.session_state.pop("taken", None)
    if who is not None and who != session.account():
        st.info(f"{say('Somebody else was first.')} {plain(who)}")
