"""Audiences: whose, for which purpose, how much of them is held, and what is still to be taken out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from adflux_core.reports.asking import ask


@dataclass(frozen=True)
class AudienceRow:
    """An audience. `held`, `adding`, `removing` are hashes; `matched_…` what the platform told, rounded."""

    id: int
    external_id: str | None
    segment_id: int
    version_id: int
    purpose: str
    requested_by: str
    held: int
    adding: int
    removing: int
    matched_least: int | None
    matched_most: int | None
    last_upload: datetime | None


def audiences() -> list[AudienceRow]:
    """Every audience, newest first."""
    return ask(
        AudienceRow,
        """
            SELECT id, external_id, segment_id, version_id, purpose, requested_by,
                   coalesce(held, 0) AS held, coalesce(adding, 0) AS adding,
                   coalesce(removing, 0) AS removing, matched_least, matched_most,
                   (SELECT max(ended_at) FROM adflux.audience_upload
                    WHERE audience_id = audience.id AND outcome = 'confirmed') AS last_upload
            FROM adflux.audience LEFT JOIN (
                SELECT audience_id AS id, count(*) FILTER (WHERE state = 'held') AS held,
                       count(*) FILTER (WHERE state = 'adding') AS adding,
                       count(*) FILTER (WHERE state = 'removing') AS removing
                FROM adflux.audience_member GROUP BY audience_id
            ) AS counted USING (id)
            ORDER BY id DESC
        """,
    )
