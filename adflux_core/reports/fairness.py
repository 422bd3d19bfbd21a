"""Fairness: what a version's features give away, whom its segments leave out, and to whom ads were shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from adflux_core.reports.asking import ask


@dataclass(frozen=True)
class FairnessRow:
    """The report of one version; `proxies` and `four_fifths` as `segmentation.fairness` has them."""

    id: int
    version_id: int
    proxies: list[dict[str, Any]]
    four_fifths: list[dict[str, Any]]
    created_at: datetime
    plans: int  # that carry it


@dataclass(frozen=True)
class AimRow:
    """What a segment changed in a campaign: whose segment, the version its plan pins, and what it added."""

    segment_id: int
    version_id: int
    newest_version_id: int  # of the segment; another one than is pinned is a new plan's to choose
    name_es: str
    name_en: str
    fairness_report_id: int
    aim: dict[str, Any]


@dataclass(frozen=True)
class ShownToRow:
    """What a campaign's ads did among people of one age and gender, as their platform calls them."""

    age: str
    gender: str
    impressions: int
    clicks: int
    spend: Decimal


def fairness_report() -> FairnessRow | None:
    """That of the newest version that found segments."""
    found = ask(
        FairnessRow,
        """
            SELECT id, version_id, proxies, four_fifths, created_at,
                   (SELECT count(*) FROM adflux.segment_pin WHERE fairness_report_id = report.id) AS plans
            FROM adflux.fairness_report AS report ORDER BY version_id DESC LIMIT 1
        """,
    )
    return found[0] if found else None


def plan_aim(plan_id: int) -> AimRow | None:
    """The segment that a plan speaks to; None for one that speaks to everybody."""
    found = ask(
        AimRow,
        """
            SELECT pin.segment_id, pin.version_id, name_es, name_en, fairness_report_id, aim,
                   (SELECT max(version_id) FROM adflux.segment_in_version
                    WHERE segment_id = pin.segment_id) AS newest_version_id
            FROM adflux.segment_pin AS pin JOIN adflux.segment ON segment.id = pin.segment_id
            WHERE pin.plan_id = :id AND aim <> '{}'
        """,
        id=plan_id,
    )
    return found[0] if found else None


def campaign_shown_to(publication_id: int) -> list[ShownToRow]:
    """By age and gender; empty where the platform does not say, or nothing was read yet."""
    return ask(
        ShownToRow,
        """
            SELECT age, gender, sum(impressions)::bigint AS impressions, sum(clicks)::bigint AS clicks,
                   sum(spend) AS spend
            FROM adflux.platform_object AS part JOIN adflux.publication ON publication.id = publication_id
            JOIN adflux.ad_shown_to AS shown ON ad_id = external_id AND shown.platform = publication.platform
            WHERE publication_id = :id AND kind = 'ad'
            GROUP BY 1, 2 ORDER BY 1, 2
        """,
        id=publication_id,
    )
