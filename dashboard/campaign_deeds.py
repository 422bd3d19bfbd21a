"""What can be asked of a campaign on its page: pause, resume, close; each after a word on what it means."""

from __future__ import annotations

import streamlit as st

from adflux_core.errors import AdfluxError, RefusedError
from adflux_core.reports import Campaign, Deed, PublicationDetail
from dashboard import deeds, figures, naming, session
from dashboard.deeds import Wish
from dashboard.run_view import run_badge
from dashboard.run_watch import follow_to_its_end
from dashboard.runs import Run
from dashboard.sheet import explain
from dashboard.words import mark, plain, say

LABELS = {
    "pause campaign": mark("Pause"),
    "resume campaign": mark("Resume"),
    "close campaign": mark("Close for good"),
}
SURE = {
    "pause campaign": mark("Pause this campaign?"),
    "resume campaign": mark("Run this campaign again?"),
    "close campaign": mark("Close this campaign for good?"),
}
MEANINGS = {
    "pause campaign": mark(
        "It stops on {platform} and spends nothing more until somebody resumes it. Its last day stays {ends}."
    ),
    "resume campaign": mark(
        "It runs on {platform} and spends again: up to the approved {budget} in all, until {ends}. "
        "It also runs if somebody stopped it on the platform's own screen."
    ),
    "close campaign": mark(
        "It ends on {platform}, and nobody can resume it. Another ad for this posting needs another plan and "
        "another approval. What was spent stays spent, and its numbers still come in."
    ),
}
YES = {
    "pause campaign": mark("Yes, pause it"),
    "resume campaign": mark("Yes, run it"),
    "close campaign": mark("Yes, close it"),
}


def show_controls(campaign: Campaign, detail: PublicationDetail) -> None:
    """The buttons, the question that each asks first, and how far the last wish has come."""
    number = campaign.publication_id
    told = st.session_state.get("wish")
    if told is not None and told[0] == number:
        show_wish(campaign, told[1], told[2])
    newest = max((line for line in detail.audit if line.action in deeds.WISHES), key=by_id, default=None)
    seen = 0 if newest is None else newest.id
    asking = st.session_state.get("asking")
    if asking is not None and newest is not None and asking[1] == number and asking[2] != seen:
        del st.session_state["asking"]
        tell_first(newest)
    offered = offers(campaign)
    if not offered:
        st.caption(say("Closed for good: another ad for this posting needs another plan."))
        return
    allowed = session.may(offered[0])
    with st.container(horizontal=True):
        for deed in offered:
            if st.button(say(LABELS[deed]), key=f"{deed}-{number}", disabled=not allowed):
                # Kept with what was seen when the question was put: that is what somebody decides on.
                st.session_state["asking"] = (deed, number, seen)
    if not allowed:
        st.caption(say("An approver decides whether it runs."))
        return
    asking = st.session_state.get("asking")
    if asking is not None and asking[1] == number and asking[0] in offered:
        make_sure(campaign, asking[0], asking[2])


def offers(campaign: Campaign) -> list[str]:
    if campaign.desired_state == "closed":
        return []
    if campaign.desired_state == "paused":
        return ["resume campaign", "close campaign"]
    again = ["resume campaign"] if campaign.state == "drifted" else []
    return [*again, "pause campaign", "close campaign"]


def make_sure(campaign: Campaign, deed: str, seen: int) -> None:
    """Below the buttons and not in their place: the second click of two must not fall on the yes."""
    with st.container(border=True):
        st.markdown(f"**{say(SURE[deed])}**")
        st.markdown(
            say(
                MEANINGS[deed],
                platform=naming.platform(campaign.platform),
                budget=figures.money(campaign.budget, campaign.currency),
                ends=figures.day(campaign.ends_at.date()),
            )
        )
        with st.container(horizontal=True):
            if st.button(say(YES[deed]), key=f"yes-{deed}-{campaign.publication_id}"):
                do(campaign, deed, seen)
            if st.button(say("Leave it as it is"), key=f"no-{campaign.publication_id}"):
                del st.session_state["asking"]
                st.rerun()


def do(campaign: Campaign, deed: str, seen: int) -> None:
    try:
        wish = deeds.ask_of_campaign(deed, campaign.publication_id, seen)
    except RefusedError as error:
        explain(error, say("This was not done, and nothing has changed. The reason is below."))
        return
    except AdfluxError as error:
        explain(error)
        return
    st.session_state.pop("asking", None)
    st.session_state["wish"] = (campaign.publication_id, deed, wish)
    st.rerun()


def show_wish(campaign: Campaign, deed: str, wish: Wish) -> None:
    """Whose wish it is, and what has become of it so far."""
    if wish.actor != session.account() or wish.action != f"desire {deeds.WANTED[deed]}":
        tell_first(wish)
        return
    said = who_asked(wish)
    if wish.run is None:
        told = say(
            "Prefect does not answer, so {platform} does not know yet. "
            "The next repair tells it; at once: `{command}`.",
            platform=naming.platform(campaign.platform),
            command=f"adflux {deed.removesuffix(' campaign')} {campaign.publication_id}",
        )
        st.warning(f"{said} {told}")
        return
    run = follow_to_its_end(wish.run, said)
    if run is not None and run.over:
        show_end(campaign, deed, said, run)


def show_end(campaign: Campaign, deed: str, said: str, run: Run) -> None:
    if campaign.state == deeds.WANTED[deed]:
        st.success(f"{said} {say('The platform confirms it.')}")
        return
    st.warning(
        f"{said} {run_badge(run)}  \n"
        + say("It is not there yet. Every repair, each ten minutes, tries it again.")
    )
    if run.message:
        st.code(run.message, language=None, wrap_lines=True)


def tell_first(line: Wish | Deed) -> None:
    """Nothing was done: what holds came after this person had seen the campaign."""
    first = say("Somebody else was first.") if line.actor != session.account() else say("Already asked.")
    st.info(f"{first} {who_asked(line)}")


def who_asked(line: Wish | Deed) -> str:
    return f"{naming.deed(line.action)}: {plain(line.actor)}, {figures.ago(line.at)}."


def by_id(line: Deed) -> int:
    return line.id
