"""An ad as a plan holds it: what people would see, whom it reaches, who wrote it."""

from __future__ import annotations

import streamlit as st

from adflux_core.advertising import CampaignPlan
from dashboard.figures import UNKNOWN
from dashboard.words import plain, say


def show_creative(plan: CampaignPlan) -> None:
    """The ad to the byte."""
    with st.container(border=True):
        if plan.creative.headlines:
            show_search_ad(plan)
        else:
            st.text(plan.creative.primary_text)
            st.image(plan.creative.image, width=320, alt=say("The ad's picture"))
            st.markdown(f"**{plain(plan.creative.headline)}**")
            st.caption(f"{plain(plan.creative.description)} · {plain(plan.creative.link)}")
    st.caption(
        say(
            "Reaches everyone in {places} · advertiser {advertiser} · written by {source}",
            places=", ".join([city.name for city in plan.targeting.cities] or plan.targeting.countries),
            advertiser=plain(plan.advertiser) or UNKNOWN,
            source=plain(plan.creative.source),
        )
    )


def show_search_ad(plan: CampaignPlan) -> None:
    """All the texts that the platform may put together, and the searches it does so for."""
    st.markdown(f"**{' · '.join(plain(text) for text in plan.creative.headlines)}**")
    for text in plan.creative.descriptions:
        st.text(text)
    st.caption(plain(plan.creative.link))
    st.caption(say("Searches: {keywords}", keywords=plain(" · ".join(plan.keywords))))
