"""What a new campaign is to be, asked one thing after the other: postings, people, accounts, money, days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import streamlit as st

from adflux_core import reports
from adflux_core.reports import CapRow, PostingFilters, SegmentRow
from dashboard import deeds, figures, naming
from dashboard.reads import ask
from dashboard.words import brief, language, many, plain, say

MOST_POSTINGS = 20  # more than anybody reads before a yes
FOUND = 25
STAYS: Any = {"persist_state": "session"}  # while another page is looked at
USUAL_DAYS = 14


@dataclass(frozen=True)
class Wanted:
    """All that a plan needs. `budget` is of each campaign, in whole units of the accounts' currency."""

    postings: list[int]
    segment: int | None
    accounts: list[CapRow]
    budget: int
    days: int
    start: date | None

    def parameters(self) -> dict[str, Any]:
        """As the flow takes them."""
        return {
            "postings": self.postings,
            "budget": f"{self.accounts[0].currency} {self.budget}",
            "duration_days": self.days,
            "start": self.start and self.start.isoformat(),
            "accounts": [one.account_id for one in self.accounts],
            "segment": self.segment,
        }


def ask_postings() -> list[int]:
    """Those somebody chose, at first the one in the address."""
    words = st.text_input(
        say("Search"), placeholder=say("Title, company or city"), key="plan-search", **STAYS
    )
    found = ask(reports.postings, PostingFilters(words=words, status="open"), limit=FOUND)
    asked = st.query_params.get("posting", "")
    if asked.isdecimal() and "plan-postings" not in st.session_state:
        st.session_state["plan-postings"] = [int(asked)]
    chosen: list[int] = st.session_state.get("plan-postings", [])
    named = {row.id: " · ".join(filter(None, (row.title, row.company, row.city))) for row in found.rows}
    for one in chosen:
        if one not in named:
            detail = ask(reports.posting_detail, one)
            named[one] = " · ".join(filter(None, (detail.title, detail.company, detail.city)))
    if not named:
        empty = (
            say("Nothing fits these filters.")
            if words
            else say("No open postings yet. Import a file under Start and follow.")
        )
        st.info(empty)
        return []
    postings: list[int] = st.multiselect(
        say("Postings to advertise"),
        list(named),
        format_func=lambda one: f"{one} · {brief(named[one])}",
        max_selections=MOST_POSTINGS,
        placeholder=say("Choose one or several"),
        select_all=False,  # the first of the list, and each of them costs money
        key="plan-postings",
        **STAYS,
    )
    told = many(
        "{count} open posting fits", "{count} open postings fit", found.total, figures.number(found.total)
    )
    st.caption(
        told
        if found.total <= FOUND
        else say("{told}; the newest {shown} are offered. Search to find others.", told=told, shown=FOUND)
    )
    return postings


def ask_segment(postings: Sequence[int]) -> int | None:
    segments = {row.id: row for row in ask(reports.segments)}
    if st.session_state.get("plan-segment") not in segments:
        st.session_state.pop("plan-segment", None)  # it ended since
    chosen: int | None = st.selectbox(
        say("Whom the ads speak to"),
        [None, *segments],
        format_func=lambda one: say("Everybody") if one is None else _named(segments[one]),
        help=say(
            "A segment adds searches, and narrows to the cities where its people live. Never an age, a sex "
            "or anything else the law protects."
        ),
        key="plan-segment",
        **STAYS,
    )
    for posting_id in postings:
        match = ask(reports.segment_match, posting_id)
        if match is not None and match.segment_id is not None:
            st.caption(
                say(
                    "Posting {posting} speaks to {segment} ({confidence}): {words}.",
                    posting=posting_id,
                    segment=plain(match.name_en if language() == "en" else match.name_es),
                    confidence=figures.percent(match.confidence),
                    words=plain(", ".join(match.words)),
                )
            )
    return chosen


def _named(row: SegmentRow) -> str:
    people = many("{count} person", "{count} people", row.size, figures.number(row.size))
    return f"{row.name_en if language() == 'en' else row.name_es} · {people}"


def ask_accounts() -> list[CapRow]:
    """At most one account of each platform, all of one currency; empty as long as that is not so."""
    known = {f"{row.platform} {row.account_id}": row for row in ask(reports.caps)}
    if not known:
        st.info(
            say(
                "No ad account is known yet. The examination reads them each hour; under Settings it can be "
                "done now."
            )
        )
        return []
    there = Counter(row.platform for row in known.values())
    chosen = st.multiselect(
        say("Where they run"),
        list(known),
        default=[key for key, row in known.items() if there[row.platform] == 1],
        format_func=lambda key: _account(known[key]),
        placeholder=say("Choose one ad account of each platform"),
        select_all=False,
        key="plan-accounts",
        **STAYS,
    )
    rows = [known[key] for key in chosen]
    platforms = [row.platform for row in rows]
    if not rows:
        st.caption(say("Choose at least one ad account."))
    elif len(set(platforms)) < len(platforms):
        st.warning(say("A plan is for one ad account of each platform: make two plans."))
    elif len({row.currency for row in rows}) > 1:
        st.warning(say("These ad accounts count in different currencies: make a plan for each."))
    else:
        return rows
    return []


def _account(row: CapRow) -> str:
    return " · ".join(filter(None, (naming.platform(row.platform), row.name, row.account_id, row.currency)))


def ask_budget(postings: int, accounts: Sequence[CapRow]) -> int | None:
    """In whole units, so that no amount is ever a fraction that a computer rounds."""
    currency, campaigns = accounts[0].currency, postings * len(accounts)
    budget: int | None = st.number_input(
        say("Budget of each campaign for its whole life, in {currency}", currency=currency),
        min_value=1,
        value=None,
        step=1,
        format="%d",
        placeholder=say("A whole amount, such as {amount}", amount="800000"),
        key="plan-budget",
        **STAYS,
    )
    if budget is None:
        st.caption(say("The platform stops at it: it is the most that a campaign can ever cost."))
        return None
    over = [row for row in accounts if row.campaign is not None and budget > row.campaign]
    for row in over:
        cap = figures.money(row.campaign, currency)
        st.warning(
            say("On {account} a campaign may cost at most {cap}.", account=plain(_account(row)), cap=cap)
        )
    told = many("{count} campaign", "{count} campaigns", campaigns, figures.number(campaigns))
    most = figures.money(Decimal(budget * campaigns), currency)
    st.markdown(f"{told} · {say('at most **{amount}** in all', amount=most)}")
    return None if over else budget


def ask_days(budget: int | None, currency: str) -> tuple[int, date | None]:
    length, first = st.columns(2)
    days = length.number_input(
        say("Days it runs"),
        min_value=1,
        max_value=deeds.LONGEST_DAYS,
        value=USUAL_DAYS,
        step=1,
        format="%d",
        key="plan-days",
        **STAYS,
    )
    start = first.date_input(
        say("First day of the campaign"),
        value=None,
        format="DD/MM/YYYY",
        help=say("Empty: tomorrow, in the account's calendar."),
        key="plan-start",
        **STAYS,
    )
    if budget is not None:
        a_day = figures.money(Decimal(budget) // days, currency)
        st.caption(say("About {amount} a day for each campaign.", amount=a_day))
    return days, start if isinstance(start, date) else None
