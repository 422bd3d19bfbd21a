"""Candidates become segments: one training is one task and one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from prefect import unmapped

from adflux_core.segmentation import choosing, comparing
from adflux_core.segmentation.answer import Segmentation
from adflux_core.segmentation.choosing import Figures, Trial
from adflux_core.segmentation.comparing import Compared
from adflux_core.segmentation.training import segment_candidates as train
from tasks.kinds import computation, transaction
from tasks.showing import progress, show_table


@transaction("segment candidates")
def segment_candidates(
    features: Sequence[str], fewest: int, most: int, sample: int, today: date | None
) -> Segmentation:
    with progress("Assigning candidates") as report:
        return train(
            features=features,
            k_range=(fewest, most),
            sample=sample,
            today=today,
            progress=report,
            measuring=_measure_each,
        )


@computation("measure number", "measure {k} segments")
def measure_number(trial: Trial, k: int) -> Figures:
    return choosing.measure(trial, k)


def _measure_each(trial: Trial, ks: Sequence[int]) -> list[Figures]:
    """Each k is a task, wherever the flow's task runner has it run."""
    return measure_number.map(unmapped(trial), ks).result()


@transaction("compare algorithms")
def compare_algorithm(name: str, version: int, today: date | None) -> Compared:
    return comparing.compare_algorithm(name, version, today)


@transaction("keep comparison")
def keep_compared(version: int, found: Sequence[Compared]) -> None:
    comparing.keep_compared(version, found)
    rows = [one._asdict() for one in found]
    show_table("algorithms", "Other algorithms on a sample of the same people", rows)


@transaction("show segments")
def show_segments(found: Segmentation) -> None:
    """The segments, or why there are none, and the figures of each number that was tried."""
    if found.figures:
        show_table("segment-figures", f"How many segments? {found.refused or ''}".strip(), found.figures)
    if found.segments:
        show_table(
            "segments",
            f"Segments of version {found.version}",
            [one.model_dump() for one in found.segments],
        )
