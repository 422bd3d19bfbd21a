"""Ads are written: each task asks the model about some postings, and stores what passed the gate."""

from __future__ import annotations

from collections.abc import Sequence

from adflux_core import reports
from adflux_core.advertising import PlatformName
from adflux_core.creative.gemini.client import Gemini
from adflux_core.creative.generating import Written, write_ads
from adflux_core.settings import settings
from tasks.kinds import external_call, transaction
from tasks.showing import show_table


@transaction("list postings without words")
def postings_without_words(most: int) -> list[int]:
    return reports.postings_without_words(most)


@external_call("write ads", "write ads for {posting_ids}")
def write_ads_for(
    posting_ids: Sequence[int], platforms: Sequence[PlatformName], languages: Sequence[str], variants: int
) -> list[Written]:
    model = Gemini() if settings().gemini_api_key else None
    return [write_ads(one, platforms, languages, variants, model) for one in posting_ids]


@transaction("show what was written")
def show_written(written: Sequence[Written]) -> None:
    show_table(
        "creatives",
        "What became of each posting",
        [one.model_dump(mode="json") for one in written],
    )
