"""A new campaign, step by step: postings, whom they speak to, the ad, a budget, and the plan for a yes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import streamlit as st

from adflux_core import reports
from adflux_core.errors import AdfluxError, InputError
from dashboard import deeds, figures, naming, session
from dashboard.campaign_wishes import (
    Wanted,
    ask_accounts,
    ask_budget,
    ask_days,
    ask_postings,
    ask_segment,
)
from dashboard.plan_view import DECISIONS, show_plan, show_publishing, tell_decision
from dashboard.planned_ad import show_words
from dashboard.reads import ask
from dashboard.run_view import run_badge
from dashboard.run_watch import follow_to_its_end
from dashboard.sheet import explain, part, sheet
from dashboard.words import brief, language, plain, say


def show_new_campaign() -> None:
    with sheet(
        say("New campaign"),
        say(
            "From postings to a plan. Nothing is published and nothing is spent before somebody approves it."
        ),
    ):
        wanted = ask_step_by_step()
        if wanted is not None:
            show_planning(wanted)


def ask_step_by_step() -> Wanted | None:
    """What is wanted; None as long as something is missing, and then the page says what."""
    head(1, say("Postings"))
    postings = ask_postings()
    if not postings:
        return None
    for posting_id in postings:
        show_concerns(posting_id)
    if "planning" not in st.session_state:
        show_running(postings)
    head(2, say("Audience"))
    segment = ask_segment(postings)
    accounts = ask_accounts()
    if not accounts:
        return None
    head(3, say("The ad"))
    show_ads(postings, [one.platform for one in accounts], segment)
    head(4, say("Budget"))
    budget = ask_budget(len(postings), accounts)
    days, start = ask_days(budget, accounts[0].currency)
    if budget is None:
        return None
    return Wanted(postings, segment, accounts, budget, days, start)


def head(number: int, name: str) -> None:
    st.subheader(f"{number} · {name}", anchor=False)


def show_concerns(posting_id: int) -> None:
    """What would make it easier to advertise, or keeps it from being advertised at all."""
    concerns = ask(reports.posting_concerns, posting_id, language())
    if concerns:
        said = "; ".join(plain(brief(one.says)) for one in concerns)
        st.caption(f"{posting_id} · {say('To mend before advertising')}: {said}")


def show_running(postings: list[int]) -> None:
    """Where they are advertised already: one campaign is closed before another begins."""
    for one in ask(reports.campaigns):
        if one.posting_id in postings and one.desired_state != "closed":
            st.warning(
                say(
                    "Posting {posting} is advertised on {platform} already: close campaign {number} first.",
                    posting=one.posting_id,
                    platform=naming.platform(one.platform),
                    number=one.publication_id,
                )
            )


@part
def show_ads(postings: list[int], platforms: list[str], segment: int | None) -> None:
    """The words that a plan of now would take, for one posting at a time."""
    shown = postings[0]
    if len(postings) > 1:
        shown = st.segmented_control(
            say("The ad of posting"), postings, default=shown, required=True, key="ad-of"
        )
    for column, platform in zip(st.columns(len(platforms)), platforms, strict=True):
        with column:
            st.markdown(f"**{naming.platform(platform)}**")
            words = ask(reports.planned_words, shown, platform, segment)
            if words is None:
                st.warning(say("This posting has no page to apply on, so there is nothing to advertise."))
                continue
            show_words(words.creative, words.keywords)
            st.caption(
                say("Approved words.")
                if words.creative.variant
                else say("Written by template, from the posting.")
            )
    st.caption(say("Other words: write, edit and approve them under Ads, and come back."))


def show_planning(wanted: Wanted) -> None:
    """The button, the run that makes the plan, and the plan."""
    head(5, say("The plan"))
    parameters = wanted.parameters()
    key = deeds.key_of(form(), deeds.PLAN, parameters)
    asked: tuple[str, Any] | None = st.session_state.get("planning")
    if asked is not None and asked[0] == key:
        if show_made(asked[1]):
            return
    elif asked is not None:
        st.info(say("Something is different from what was planned before: make another plan."))
    allowed = session.may("start plan-campaign")
    if st.button(say("Make the plan"), key="make-plan", type="primary", disabled=not allowed):
        begin(parameters, deeds.key_of(form(), deeds.PLAN, parameters))
    if not allowed:
        st.caption(say("An analyst makes plans."))


def form() -> str:
    return str(st.session_state.setdefault("plan-form", uuid4().hex))


def begin(parameters: Mapping[str, Any], key: str) -> None:
    try:
        run = deeds.start_named(deeds.PLAN, parameters, key)
    except InputError as error:
        explain(error, say("This was not started: the parameters were refused."))
        return
    except AdfluxError as error:
        explain(error, say("This was not started, and nothing was planned."))
        return
    st.session_state["planning"] = (key, run)
    st.rerun()


def show_made(run_id: Any) -> bool:
    """Whether there is a plan, or will be one."""
    run = follow_to_its_end(
        run_id, say("The accounts are read, and the platforms asked what they say to it.")
    )
    if run is None or not run.over:
        return True
    made = ask(reports.plan_of_run, run_id)
    if made is None:
        # Another form, another run: this one would be found again and again.
        st.session_state.pop("plan-form", None)
        st.error(
            say("No plan was made, and nothing was published. The reason is below.") + f" {run_badge(run)}"
        )
        st.code(run.message, language=None, wrap_lines=True)
        return False
    if tell_decision() is None and made.decision is not None:
        st.info(
            f"{say(DECISIONS[made.decision])}: {plain(made.decided_by)}, {figures.moment(made.decided_at)}."
        )
    show_publishing(made)
    show_plan([made])
    if st.button(say("Plan another campaign"), key="another-plan"):
        for name in ("planning", "plan-form"):
            st.session_state.pop(name, None)
        st.rerun()
    return True


show_new_campaign()
