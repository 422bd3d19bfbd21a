"""Campaigns: all of them, and one whole: state, money, what is on the platform, and who did what."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import streamlit as st

from adflux_core import reports
from adflux_core.reports import Campaign, FunnelStep, PlatformPart, PublicationDetail
from dashboard import application_words, charts, figures, naming, segment_fairness
from dashboard.campaign_deeds import show_controls
from dashboard.campaign_table import campaign_table
from dashboard.planned_ad import show_creative
from dashboard.reads import ask
from dashboard.sheet import part, sheet
from dashboard.sources import offer_source
from dashboard.tables import Column, table
from dashboard.words import brief, plain, say

EM_SPACE = "\u2003"


def show_campaigns() -> None:
    with sheet(say("Campaigns"), say("What runs where, what it may spend, and what it has spent.")):
        campaigns = ask(reports.campaigns)
        campaign = choose(campaigns)
        if campaign is None:
            campaign_table([], key="campaigns")
            return
        show_campaign(campaign, ask(reports.publication_detail, campaign.publication_id))
        offer_others(campaigns, campaign.publication_id)


@part
def offer_others(campaigns: Sequence[Campaign], shown: int) -> None:
    """Drawn only once somebody asks: an agency has hundreds, and they wait at the end of every campaign."""
    others = st.expander(say("All campaigns"), on_change="rerun", key="all-campaigns")
    if others.open:
        with others:
            # Another campaign, another table: the row that opened this one would else open it once more.
            campaign_table(campaigns, key=f"campaigns-{shown}", shown=shown)


def choose(campaigns: Sequence[Campaign]) -> Campaign | None:
    """The campaign in the address, or the one clicked elsewhere, or the newest."""
    by_id = {campaign.publication_id: campaign for campaign in campaigns}
    asked = st.query_params.get("publication", "")
    wanted = st.session_state.pop("campaign", int(asked) if asked.isdecimal() else None)
    if wanted in by_id and "campaign-chosen" not in st.session_state:
        st.session_state["campaign-chosen"] = wanted
    if st.session_state.get("campaign-chosen") not in by_id:
        st.session_state.pop("campaign-chosen", None)
    if not by_id:
        return None
    chosen = st.selectbox(
        say("Campaign"), list(by_id), format_func=lambda number: title(by_id[number]), key="campaign-chosen"
    )
    st.query_params["publication"] = str(chosen)
    return by_id[chosen]


def title(campaign: Campaign) -> str:
    where = " · ".join(filter(None, [campaign.company, campaign.place, naming.platform(campaign.platform)]))
    named = f"{brief(campaign.title)} · {brief(where)}"
    return f"{named} · {naming.state(campaign.state)} ({campaign.publication_id})"


def show_campaign(campaign: Campaign, detail: PublicationDetail) -> None:
    st.subheader(plain(brief(campaign.title)), anchor=False)
    st.markdown(f"{naming.badge(campaign.state)} {naming.meaning(campaign.state)}")
    if campaign.disapproved:
        st.markdown(f"{naming.badge('disapproved')} {naming.meaning('disapproved')}")
    show_words(campaign)
    show_controls(campaign, detail)
    show_money(campaign)
    left, right = st.columns([2, 3], gap="large")
    with left:
        st.markdown(f"**{say('The ad as approved')}**")
        show_creative(detail.plan)
        aim = ask(reports.plan_aim, detail.publication.plan_id)
        if aim is not None:
            cities = [city.name for city in detail.plan.targeting.cities]
            segment_fairness.show_aim(aim, searches=detail.plan.keywords, cities=cities)
        delivered = ask(reports.campaign_shown_to, campaign.publication_id)
        segment_fairness.offer_shown_to(delivered, campaign.currency)
    with right:
        show_objects(campaign, detail)
        show_deeds(detail)


def show_words(campaign: Campaign) -> None:
    """What the platform and `converge` said, in their own words."""
    wanted = naming.state(campaign.desired_state)
    said = plain(campaign.effective_status) or figures.UNKNOWN
    st.caption(
        say(
            "Wanted: {wanted} · the platform says: {said} · last compared {ago}",
            wanted=wanted,
            said=said,
            ago=figures.ago(campaign.converged_at),
        )
    )
    if campaign.detail:
        st.code(campaign.detail, language=None, wrap_lines=True)


def show_money(campaign: Campaign) -> None:
    with st.container(horizontal=True):
        for label, shown in (
            (say("Spend"), figures.money(campaign.spend, campaign.currency)),
            (say("Impressions"), figures.number(campaign.impressions)),
            (say("Clicks"), figures.number(campaign.clicks)),
            (say("Applications"), figures.number(campaign.applications)),
            (say("Cost per application"), figures.money(campaign.cost_per_application, campaign.currency)),
        ):
            st.metric(label, shown, border=True, width="content")
    share = Decimal(0) if campaign.spend is None else campaign.spend / campaign.budget
    st.progress(
        float(min(share, Decimal(1))),
        say(
            "{spend} of a budget of {budget} · {starts} to {ends}",
            spend=figures.money(campaign.spend, campaign.currency),
            budget=figures.money(campaign.budget, campaign.currency),
            starts=figures.day(campaign.starts_at.date()),
            ends=figures.day(campaign.ends_at.date()),
        ),
    )
    st.caption(provenance(campaign))
    show_funnel(ask(reports.campaign_funnel, campaign.publication_id))
    days = ask(reports.campaign_days, campaign.publication_id)
    if days:
        offer_source([], days, days[0].date_day, days[-1].date_day, "source-campaign")
        label = f"{say('Spend by day')} · {campaign.currency}"
        st.markdown(f"**{label}**")
        st.vega_lite_chart(charts.by_day(days, "spend", label), width="stretch")


def show_funnel(steps: Sequence[FunnelStep]) -> None:
    """How far the applications came that its ads brought, as the employer's system says."""
    if not steps:
        return
    came = [f"{application_words.step(one.step)} **{figures.number(one.applications)}**" for one in steps]
    st.markdown(f"**{say('Applications that its ads brought')}** · {' → '.join(came)}")


def provenance(campaign: Campaign) -> str:
    if campaign.campaign_id is None:
        return say("Not on the platform yet: there is nothing to count.")
    if campaign.slice_id is None:
        return say("This account was not read yet: the numbers are missing, not zero.")
    return say(
        "{read} of {run} days read completely · last read {ago} · receipt {receipt}",
        read=figures.number(campaign.days_read),
        run=figures.number(campaign.days_run),
        ago=figures.ago(campaign.read_at),
        receipt=str(campaign.slice_id),
    )


def show_objects(campaign: Campaign, detail: PublicationDetail) -> None:
    name = naming.platform(campaign.platform)
    st.markdown(f"**{say('On {platform}', platform=name)}** · {plain(campaign.account_id)}")
    table(
        detail.objects,
        [
            Column(say("What"), branch, width=145),
            Column(say("State"), lambda row: naming.object_state(row.state), width=90),
            Column(say("Number there"), lambda row: row.external_id, width=140),
            Column(say("Attempts"), lambda row: row.attempts, figures.number),
        ],
        key="objects",
    )


def branch(part: PlatformPart) -> str:
    """The tree as people draw it: an ad inside a group inside the campaign."""
    depth = {"campaign": 0, "ad_group": 1}.get(part.kind, 2)
    twig = EM_SPACE * (depth - 1) + "└ " if depth else ""
    return twig + naming.object_kind(part.kind)


def show_deeds(detail: PublicationDetail) -> None:
    st.markdown(f"**{say('What was done, by whom')}**")
    table(
        detail.audit[::-1],
        [
            Column(say("When"), lambda row: row.at, figures.moment, width=140),
            Column(say("Who"), lambda row: row.actor, width=120),
            Column(say("Deed"), lambda row: naming.deed(row.action), width=210),
            Column(say("Detail"), lambda row: ", ".join(written(row.detail)) or None, width=240),
        ],
        key="deeds",
    )
    approved = detail.publication
    st.caption(
        say(
            "Plan {plan} · approved by {who}, {when} · fingerprint {hash}",
            plan=str(approved.plan_id),
            who=plain(approved.approved_by),
            when=figures.moment(approved.approved_at),
            hash=detail.plan.spec_hash()[:12],
        )
    )


def written(detail: dict[str, object]) -> list[str]:
    return [f"{name}: {value}" for name, value in detail.items()]


show_campaigns()
