"""What a training answers: its version and segments, or why there are none."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict


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
