"""Candidates become segments: train, recognise who is who, keep; or refuse to sell noise."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from prefect import flow

from adflux_core.segmentation.answer import Segmentation
from adflux_core.segmentation.comparing import ALGORITHMS
from adflux_core.segmentation.space import FeatureName
from adflux_core.segmentation.training import LARGEST_SAMPLE
from tasks import candidates, segments
from tasks.forms import asked
from tasks.runners import check_runner, runner


@flow(name="segment-candidates", flow_run_name="segment candidates", task_runner=runner())
def segment_candidates(
    fewest: Annotated[int, asked("Fewest", "The smallest number of segments to try.", ge=2, le=40)] = 2,
    most: Annotated[int, asked("Most", "The largest number of segments to try.", ge=2, le=40)] = 12,
    features: Annotated[
        list[FeatureName], asked("Features", "What may count; empty: everything that is allowed.")
    ] = [],  # noqa: B006 - Prefect shows it in the form and copies it
    sample: Annotated[
        int,
        asked("Sample", "On how many candidates to train; all are assigned.", ge=1_000, le=1_000_000),
    ] = LARGEST_SAMPLE,
    today: Annotated[date | None, asked("Today", "Whose data may be kept on this day; empty: today.")] = None,
) -> Segmentation:
    """Find groups among the candidates, keep the identity of those there were, or say that there are none."""
    check_runner()
    candidates.erase_expired(today)
    found = segments.segment_candidates(features, fewest, most, sample, today)
    segments.show_segments(found)
    if found.segments:
        compared = [segments.compare_algorithm(one, found.version, today) for one in ALGORITHMS]
        segments.keep_compared(found.version, compared)
    return found
