"""Ads are written: each task asks the model about some postings, and stores what passed the gate."""

from __future__ import annotations

from collections.abc import Sequence

from prefect.cache_policies import CacheKeyFnPolicy
from prefect.futures import PrefectFuture

from adflux_core import reports
from adflux_core.advertising import PlatformName
from adflux_core.creative.gemini.client import Gemini
from adflux_core.creative.generating import Written, question_about, write_ads
from adflux_core.settings import settings
from tasks.kinds import external_call, transaction
from tasks.showing import show_table


@transaction("list postings without words")
def postings_without_words(most: int, segment: int | None) -> list[int]:
    return reports.postings_without_words(most, segment)


@external_call("write ads", "write ads for {posting_ids}")
def write_ads_for(
    posting_ids: Sequence[int],
    platforms: Sequence[PlatformName],
    languages: Sequence[str],
    variants: int,
    segment: int | None = None,
) -> list[Written]:
    model = Gemini() if settings().gemini_api_key else None
    return [write_ads(one, platforms, languages, variants, model, segment) for one in posting_ids]


def write_ads_once(
    posting_ids: Sequence[int],
    platforms: Sequence[PlatformName],
    languages: Sequence[str],
    variants: int,
    segment: int | None,
) -> PrefectFuture[list[Written]]:
    """The task started; Prefect answers for it where all that it would make is still in PostgreSQL.

    Prefect's cache does not know when something was removed there, so it is only believed then.
    """
    write = write_ads_for
    if settings().gemini_api_key:
        model = settings().gemini_model
        key, whole = question_about(posting_ids, platforms, languages, variants, model, segment)
        policy = CacheKeyFnPolicy(cache_key_fn=lambda _context, _parameters: key)
        write = write.with_options(cache_policy=policy, persist_result=True, refresh_cache=not whole)
    return write.submit(posting_ids, platforms, languages, variants, segment)


def answered(future: PrefectFuture[list[Written]]) -> list[Written]:
    """What became of it. What Prefect's cache answers cost no call, whatever it cost the first time."""
    written = future.result()
    if future.state.name != "Cached":
        return written
    return [one.model_copy(update={"outcome": "cached", "calls": 0}) for one in written]


@transaction("show what was written")
def show_written(written: Sequence[Written]) -> None:
    show_table(
        "creatives",
        "What became of each posting",
        [one.model_dump(mode="json") for one in written],
    )
