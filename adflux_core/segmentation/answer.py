"""What a training answers: its version and segments, or why there are none."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

FEWEST_PEOPLE = 200  # below it no share of a segment means anything
# Why there are so many segments or none: what a version keeps, and its words on the command line.
WHY = {
    "as_last": "as many as last time: no other number explains clearly more",
    "smallest_of_best": "the smallest of the stable numbers that explain about most beyond chance",
    "none_holds": "no number of segments is stable and explains more than chance",
    "too_few_people": f"too few candidates to tell a group from chance: at least {FEWEST_PEOPLE} are needed",
    "too_few_features": "fewer than two features say anything about these candidates",
}


class SegmentFound(BaseModel):
    """One segment of a version."""

    model_config = ConfigDict(frozen=True)

    id: int
    name_es: str
    name_en: str
    size: int
    share: float
    new: bool


class Segmentation(BaseModel):
    """What a training came to. `refused` says why there are no segments; then the last version stands.

    `kept_identity`: of the people who were in the last version and are in this one, the share whose segment
    is the same; None without a last version.
    """

    model_config = ConfigDict(frozen=True)

    version: int
    candidates: int
    k: int | None
    refused: str | None
    figures: list[dict[str, float]]
    kept_identity: float | None
    segments: list[SegmentFound]
    events: list[dict[str, Any]]
