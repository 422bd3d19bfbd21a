"""Segments: how large each is, what sets it apart, how it changed, who uses it, and how it was found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adflux_core.reports.asking import ask


@dataclass(frozen=True)
class SegmentRow:
    """A segment of the newest version. `size_before` is its size in the version before, None when new."""

    id: int
    name_es: str
    name_en: str
    description_es: str
    description_en: str
    renamed_by: str | None
    cluster: int
    size: int
    share: float
    size_before: int | None
    traits: list[dict[str, Any]]
    plans: int  # that pin it, in whatever version
    since: datetime


@dataclass(frozen=True)
class SegmentVersionRow:
    """A training. `figures` has, for each number that was tried, what was measured; a refusal has no map."""

    id: int
    state: str
    created_at: datetime
    candidates: int
    k: int | None
    why: str
    features: list[str]
    figures: list[dict[str, float]]
    kept_identity: float | None
    size_stability_index: float | None
    chart: dict[str, Any] | None  # {"centres": [[x, y]], "cells": [[x, y, cluster, people]]}
    events: int
    compared: list[
        dict[str, Any]
    ]  # other algorithms on the same people, as `segmentation.comparing` has them


@dataclass(frozen=True)
class SegmentEventRow:
    """What a version changed: `shares` of the other segments of a split or merge."""

    version_id: int
    at: datetime
    kind: str
    segment_id: int
    name_es: str
    name_en: str
    shares: dict[str, float]


def segments() -> list[SegmentRow]:
    """The segments of the newest version that found any, largest first."""
    return ask(
        SegmentRow,
        """
            WITH fitted AS (
                SELECT id, candidates, row_number() OVER (ORDER BY id DESC) AS age
                FROM adflux.segment_version WHERE state = 'fitted'
            )
            SELECT segment.id, name_es, name_en, description_es, description_en, renamed_by, here.cluster,
                   here.size, here.size::float8 / greatest(newest.candidates, 1) AS share,
                   before.size AS size_before, here.profile -> 'traits' AS traits,
                   (SELECT count(*) FROM adflux.segment_pin WHERE segment_id = segment.id) AS plans,
                   segment.created_at AS since
            FROM fitted AS newest
            JOIN adflux.segment_in_version AS here ON here.version_id = newest.id
            JOIN adflux.segment ON segment.id = here.segment_id
            LEFT JOIN fitted AS earlier ON earlier.age = 2
            LEFT JOIN adflux.segment_in_version AS before
                ON before.version_id = earlier.id AND before.segment_id = segment.id
            WHERE newest.age = 1
            ORDER BY here.size DESC, segment.id
        """,
    )


def segment_versions(*, limit: int = 30) -> list[SegmentVersionRow]:
    """Trainings, newest first, refusals among them."""
    return ask(
        SegmentVersionRow,
        """
            SELECT id, state, created_at, candidates, k, coalesce(card ->> 'refused', card ->> 'why') AS why,
                   ARRAY(SELECT one ->> 'name' FROM jsonb_array_elements(card -> 'features') AS one)
                       AS features,
                   card -> 'figures' AS figures,
                   CAST(card -> 'drift' ->> 'kept_identity' AS float8) AS kept_identity,
                   CAST(card -> 'drift' ->> 'size_stability_index' AS float8) AS size_stability_index,
                   card -> 'map' AS chart, coalesce(card -> 'compared', '[]') AS compared,
                   (SELECT count(*) FROM adflux.segment_event
                    WHERE version_id = version.id AND kind <> 'birth') AS events
            FROM adflux.segment_version AS version ORDER BY id DESC LIMIT :limit
        """,
        limit=limit,
    )


def segment_events(*, limit: int = 50) -> list[SegmentEventRow]:
    """Births, deaths, splits and merges, newest first."""
    return ask(
        SegmentEventRow,
        """
            SELECT event.version_id, version.created_at AS at, event.kind, event.segment_id, name_es, name_en,
                   event.detail -> 'shares' AS shares
            FROM adflux.segment_event AS event
            JOIN adflux.segment_version AS version ON version.id = event.version_id
            JOIN adflux.segment ON segment.id = event.segment_id
            ORDER BY event.id DESC LIMIT :limit
        """,
        limit=limit,
    )
