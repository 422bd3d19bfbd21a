"""An ad as a plan holds it: what people would see, whom it reaches, who wrote it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from adflux_core.advertising import CampaignPlan, Creative
from dashboard import naming
from dashboard.figures import UNKNOWN
from dashboard.words import plain, say


def show_creative(plan: CampaignPlan) -> None:
    """The ad to the byte, whom it reaches, and who wrote it."""
    show_words(plan.creative, plan.keywords)
    st.caption(
        say(
            "Reaches everyone in {places} · advertiser {advertiser}",
            places=", ".join([city.name for city in plan.targeting.cities] or plan.targeting.countries),
            advertiser=plain(plan.advertiser) or UNKNOWN,
        )
        + f" · {naming.writer(plan.creative.source)}"
    )


def show_words(creative: Creative, keywords: Sequence[str]) -> None:
    """What people would see."""
    with st.container(border=True):
        if creative.headlines:
            show_search_ad(creative, keywords)
        else:
            st.text(creative.primary_text)
            st.image(creative.image, width=320, alt=say("The ad's picture"))
            st.markdown(f"**{plain(creative.headline)}**")
            st.caption(f"{plain(creative.description)} · {plain(creative.link)}")


def show_search_ad(creative: Creative, keywords: Sequence[str]) -> None:
    """All the texts that the platform may put together, and the searches it does so for."""
    st.markdown(f"**{' · '.join(plain(text) for text in creative.headlines)}**")
    for text in creative.descriptions:
        st.text(text)
    st.caption(plain(creative.link))
    st.caption(say("Searches: {keywords}", keywords=plain(" · ".join(keywords))))
