"""The table of campaigns, on the overview and on their own page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from adflux_core.reports import Campaign
from dashboard import figures, naming
from dashboard.sheet import part
from dashboard.tables import Column, table
from dashboard.words import say

PAGE = Path(__file__).parent / "screens" / "campaigns.py"


@part
def campaign_table(campaigns: Sequence[Campaign], *, key: str, shown: int | None = None) -> None:
    """One table for each currency; a click opens the campaign, unless it is the one `shown` on the page."""
    if not campaigns:
        st.info(say("No campaigns yet. Plan one from a posting, have it approved, and publish it."))
        return
    for currency in sorted({campaign.currency for campaign in campaigns}):
        rows = [campaign for campaign in campaigns if campaign.currency == currency]
        st.caption(say("Amounts in {currency}", currency=currency))
        chosen = table(rows, _columns(currency), key=f"{key}-{currency}", choose=True)
        if chosen is not None and chosen < len(rows) and rows[chosen].publication_id != shown:
            open_campaign(rows[chosen].publication_id)
    st.caption(
        say(
            "All numbers since each campaign began, in its account's calendar. A dash: not read, "
            "or nothing to divide by. Select a row to open the campaign."
        )
    )


def open_campaign(publication_id: int) -> None:
    st.session_state["campaign"] = publication_id
    st.session_state["campaign-chosen"] = publication_id
    st.switch_page(PAGE, query_params={"lang": st.session_state.get("language", "es")})


def _state(campaign: Campaign) -> str:
    if campaign.disapproved:
        return f"{naming.state(campaign.state)} · {naming.state('disapproved')}"
    return naming.state(campaign.state)


def _columns(currency: str) -> list[Column]:
    def paid(amount: object) -> str:
        return figures.money(amount, currency).removeprefix(currency).strip()  # type: ignore[arg-type]

    return [
        Column(say("Posting"), lambda row: row.title, width=210),
        Column(say("State"), _state, width=135),
        Column(say("Spend"), lambda row: row.spend, paid),
        Column(
            say("Used"),
            lambda row: None if row.spend is None else float(round(row.spend / row.budget, 2)),
            width=110,
            about=say("Spend against the budget of the campaign's whole life."),
            bar=True,
        ),
        Column(say("Applications"), lambda row: row.applications, figures.number),
        Column(say("Cost per application"), lambda row: row.cost_per_application, paid),
        Column(say("Clicks"), lambda row: row.clicks, figures.number),
        Column(say("Impressions"), lambda row: row.impressions, figures.number),
        Column(say("Budget"), lambda row: row.budget, paid),
        Column(say("Ends"), lambda row: row.ends_at.date(), figures.day),
        Column(say("Platform"), lambda row: naming.platform(row.platform)),
        Column(say("Company"), lambda row: row.company),
    ]
