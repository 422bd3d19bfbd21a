"""Applications: how far they came, what each cost, and what the platforms claim beside what was seen."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial

import streamlit as st

from adflux_core import reports
from adflux_core.reports import AdCosts, ApplicationCosts, By, FunnelStep, Gap
from dashboard import application_words, charts, figures, naming
from dashboard.reads import ask
from dashboard.sheet import part, sheet
from dashboard.tables import Column, table
from dashboard.words import brief, language, mark, plain, say

SEEN = mark("By what your selection system saw.")
CLAIMED = mark("By what the platform claims.")
BY: dict[By, str] = {
    "campaign": mark("Campaign"),
    "posting": mark("Posting"),
    "platform": mark("Platform"),
    "segment": mark("Segment"),
}


def show_applications() -> None:
    purpose = say("How far they came, what each cost, and what the platforms claim beside what was seen.")
    with sheet(say("Applications"), purpose):
        known = ask(reports.applications_known)
        if known.files:
            steps = ask(reports.application_funnel)
            show_funnel(steps)
            show_gaps(ask(reports.application_gaps), known.nobodys)
        else:
            st.info(
                say(
                    "No file of applications was imported yet. Import what your selection system says of "
                    "them under Start and follow. Until then only the platforms' own numbers are known."
                )
            )
        show_costs()
        if known.files:
            st.caption(
                say(
                    "Files of applications: {files}, the last {ago}; events from {first} to {last}.",
                    files=figures.number(known.files),
                    ago=figures.ago(known.imported_at),
                    first=figures.moment(known.first_at),
                    last=figures.moment(known.last_at),
                )
            )


def show_funnel(steps: Sequence[FunnelStep]) -> None:
    st.subheader(say("Funnel"), anchor=False)
    brought = [step for step in steps if step.reason is None]
    chart, others = st.columns([3, 2])
    with chart:
        if brought:
            st.markdown(f"**{say('Applications that an ad brought, by how far they came at least')}**")
            st.vega_lite_chart(charts.funnel(brought), width="stretch")
        else:
            st.info(say("No application has a click id that leads to one of your ads."))
    with others:
        show_the_others([step for step in steps if step.reason is not None])


def show_the_others(steps: Sequence[FunnelStep]) -> None:
    """Those that count for no ad, by reason: nothing is dropped."""
    st.markdown(f"**{say('Applications that count for no ad')}**")
    started = sorted(steps, key=lambda step: -step.applications)  # everybody started
    reasons = list(dict.fromkeys(step.reason for step in started))
    if not reasons:
        st.success(say("Every application leads to an ad."))
        return
    submitted = {step.reason: step.applications for step in steps if step.step == "submitted"}
    table(
        reasons,
        [
            Column(say("Reason"), application_words.reason, width=170),
            Column(say("Submitted"), lambda reason: submitted[reason], figures.number),
        ],
        key="others",
    )
    with st.expander(say("What these reasons mean")):
        for reason in map(str, reasons):
            means = application_words.reason_meaning(reason)
            st.markdown(f"**{application_words.reason(reason)}**  \n{means}")


def show_gaps(gaps: Sequence[Gap], nobodys: int) -> None:
    """What each platform claims and what came through its links, with what can be said of the difference."""
    st.subheader(say("Two truths, side by side"), anchor=False)
    if not gaps:
        st.info(say("No campaigns yet. Plan one from a posting, have it approved, and publish it."))
        return
    table(
        gaps,
        [
            Column(say("Platform"), lambda gap: naming.platform(gap.platform)),
            Column(say("Claimed"), lambda gap: gap.reported, figures.number, about=say(CLAIMED)),
            Column(say("Seen"), lambda gap: gap.observed, figures.number, about=say(SEEN)),
            Column(say("Difference"), difference, figures.number),
            Column(say("Before the click"), lambda gap: gap.before, figures.number),
            Column(say("Outside the window"), lambda gap: gap.outside, figures.number),
            Column(
                say("Late"),
                lambda gap: gap.late,
                figures.number,
                about=say("Seen, but longer after the click than the platform itself counts."),
            ),
            Column(
                say("Still moving"),
                lambda gap: gap.unsettled,
                figures.number,
                about=say("Claimed for days whose numbers the platform may still change."),
            ),
        ],
        key="gaps",
    )
    for gap in gaps:
        st.markdown(explained(gap, nobodys))
    st.caption(
        say(
            "Both count submitted applications since each campaign began. Seen: told by your system with the "
            "click id of one of the platform's ads."
        )
    )


def difference(gap: Gap) -> Decimal | None:
    return None if gap.reported is None else gap.reported - gap.observed


def explained(gap: Gap, nobodys: int) -> str:
    """The difference in words: what may be where, and what only one of the two saw."""
    name, apart = f"**{naming.platform(gap.platform)}**", difference(gap)
    if apart is None:
        return say(
            "{platform}: its numbers were not read for every day, so nothing is compared.", platform=name
        )
    if apart == 0:
        return say("{platform}: both say the same.", platform=name)
    if apart < 0:
        return say(
            "{platform} claims {count} fewer than were seen. It looks only so long after a click, and "
            "{moving} of its number are of days that still grow.",
            platform=name,
            count=figures.number(-apart),
            moving=figures.number(gap.unsettled),
        )
    if apart <= nobodys:
        return say(
            "{platform} claims {count} more than were seen. All of them may be among the {lost} applications "
            "without a click id of ours; which are, nobody can say.",
            platform=name,
            count=figures.number(apart),
            lost=figures.number(nobodys),
        )
    return say(
        "{platform} claims {count} more than were seen. Up to {lost} of them may be among the applications "
        "without a click id of ours; at least {rest} only the platform saw: the ad was seen and not clicked, "
        "or the application never reached your system.",
        platform=name,
        count=figures.number(apart),
        lost=figures.number(nobodys),
        rest=figures.number(apart - nobodys),
    )


@part
def show_costs() -> None:
    st.subheader(say("What they cost"), anchor=False)
    by = st.segmented_control(
        say("What they cost"),
        list(BY),
        format_func=lambda name: say(BY[name]),
        default="campaign",
        required=True,
        key="costs-by",
        label_visibility="collapsed",
    )
    rows = ask(reports.application_costs, by)
    if not rows:
        st.info(say("No campaigns yet. Plan one from a posting, have it approved, and publish it."))
        return
    for currency in sorted({row.currency for row in rows}):
        show_currency([row for row in rows if row.currency == currency], by, currency)
    st.caption(
        say(
            "Each step counts those who came further, too. A dash: not everything was read, or there is "
            "nobody to divide by. Currencies are never added."
        )
    )


def show_currency(rows: Sequence[ApplicationCosts], by: str, currency: str) -> None:
    st.caption(say("Amounts in {currency}", currency=currency))
    names = {
        "campaign": [
            Column(say("Posting"), lambda row: row.title, width=150),
            Column(say("Platform"), lambda row: naming.platform(row.platform)),
        ],
        "posting": [
            Column(say("Posting"), lambda row: row.title, width=200),
            Column(say("Campaigns"), lambda row: row.campaigns, figures.number),
        ],
        "platform": [
            Column(say("Platform"), lambda row: naming.platform(row.platform)),
            Column(say("Campaigns"), lambda row: row.campaigns, figures.number),
        ],
        "segment": [
            Column(say("Segment"), segment_name, width=200),
            Column(say("Campaigns"), lambda row: row.campaigns, figures.number),
        ],
    }[by]
    columns = [*names, *money_columns(currency)]
    chosen = table(rows, columns, key=f"costs-{by}-{currency}", choose=by == "campaign")
    if by == "campaign" and chosen is None:
        st.caption(say("Select a campaign to see each of its ads."))
    elif chosen is not None and chosen < len(rows):
        show_ads(rows[chosen], currency)


def segment_name(row: ApplicationCosts) -> str:
    name = row.name_en if language() == "en" else row.name_es
    return name or say("For no segment")


def show_ads(campaign: ApplicationCosts, currency: str) -> None:
    st.markdown(f"**{plain(brief(campaign.title))}** · {naming.platform(str(campaign.platform))}")
    ads = ask(reports.ad_costs, campaign.publication_id or 0)
    if not ads:
        st.info(say("Its ad is not on the platform yet."))
        return
    table(ads, [Column(say("Ad"), lambda ad: ad.ad_id, width=220), *money_columns(currency)], key="ads")


def money_columns(currency: str) -> list[Column]:
    def paid(amount: object) -> str:
        return figures.money(amount, currency).removeprefix(currency).strip()  # type: ignore[arg-type]

    def of(name: str, row: ApplicationCosts | AdCosts) -> Decimal | int | None:
        value: Decimal | int | None = getattr(row, name)
        return value

    return [
        Column(say("Spend"), partial(of, "spend"), paid),
        Column(say("Per application"), partial(of, "cost_per_submitted"), paid, about=say(SEEN)),
        Column(say("Per claimed one"), partial(of, "cost_per_reported"), paid, about=say(CLAIMED)),
        Column(say("Per qualified one"), partial(of, "cost_per_qualified"), paid, about=say(SEEN)),
        Column(say("Per hire"), partial(of, "cost_per_hire"), paid, about=say(SEEN)),
        Column(say("Applications"), partial(of, "submitted"), figures.number, about=say(SEEN)),
        Column(say("Claimed"), partial(of, "reported"), figures.number, about=say(CLAIMED)),
        Column(say("Qualified"), partial(of, "qualified"), figures.number, about=say(SEEN)),
        Column(say("Hired"), partial(of, "hired"), figures.number, about=say(SEEN)),
    ]


show_applications()
