"""Ads in words: for postings, by the model within bounds, and by template where it fails."""

from __future__ import annotations

from typing import Annotated, Literal

from prefect import flow
from prefect.task_runners import ThreadPoolTaskRunner

from adflux_core.advertising import PlatformName
from adflux_core.creative.gemini.replies import HOPELESS
from adflux_core.creative.generating import Written
from adflux_core.errors import IncompleteError
from tasks import creatives
from tasks.forms import asked
from tasks.showing import progress

AT_ONCE = 4  # calls of the model under way together
A_TASK = 10  # postings
MOST = 1_000  # postings a run, which is a hundred tasks


@flow(
    name="generate-creatives",
    flow_run_name="write ads",
    task_runner=ThreadPoolTaskRunner(max_workers=AT_ONCE),  # type: ignore[arg-type]
)
def generate_creatives(
    posting_ids: Annotated[
        list[int] | None, asked("Postings", "Their ids; empty: open ones that have no words yet.")
    ] = None,
    platform: Annotated[PlatformName | None, asked("Platform", "Empty: every platform.")] = None,
    language: Annotated[Literal["es", "en"] | None, asked("Language", "Empty: Spanish and English.")] = None,
    variants: Annotated[
        int, asked("Variants", "Different ads for each platform and language.", ge=1, le=5)
    ] = 2,
    segment: Annotated[
        int | None, asked("Segment", "For whom; empty: for everybody. Plans for the segment use them.", ge=1)
    ] = None,
) -> list[Written]:
    """Write ads for postings. What is stored may be published; people approve what runs."""
    platforms = [platform] if platform else list(PlatformName)
    languages = [language] if language else ["es", "en"]
    ids = list(dict.fromkeys(posting_ids)) if posting_ids else creatives.postings_without_words(MOST, segment)
    running = [
        creatives.write_ads_once(ids[at : at + A_TASK], platforms, languages, variants, segment)
        for at in range(0, len(ids), A_TASK)
    ]
    written: list[Written] = []
    with progress("Writing ads") as report:
        for number, future in enumerate(running, 1):
            written += creatives.answered(future)
            report(number, len(running))
    creatives.show_written(written)
    hopeless = [one for one in written if one.outcome in HOPELESS]
    if hopeless:
        answer = [one.model_dump(mode="json") for one in written]
        why = hopeless[0].detail or hopeless[0].outcome
        raise IncompleteError(f"templates wrote, not the model: {why}; see GEMINI_… in the settings", answer)
    return written
