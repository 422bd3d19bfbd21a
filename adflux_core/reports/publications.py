"""Publications: what was approved, what is on the platform, what was done and by whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adflux_core.advertising import CampaignPlan
from adflux_core.errors import InputError
from adflux_core.reports.asking import ask


@dataclass(frozen=True)
class PublicationRow:
    """One campaign on one platform, as `converge` last left it."""

    id: int
    posting_id: int
    title: str
    company: str | None
    platform: str
    state: str
    desired_state: str
    detail: str
    effective_status: str
    plan_id: int
    approved_by: str
    approved_at: datetime
    converged_at: datetime | None
    created_at: datetime


@dataclass(frozen=True)
class PlatformPart:
    """One object of a publication on its platform."""

    kind: str
    ordinal: int
    state: str
    external_id: str | None
    token: str
    attempts: int
    attempted_at: datetime | None


@dataclass(frozen=True)
class Deed:
    """One line of the audit."""

    id: int
    at: datetime
    actor: str
    action: str
    detail: dict[str, Any]


@dataclass(frozen=True)
class PublicationDetail:
    """A publication whole: its plan as it was approved, its objects, and everything done to it."""

    publication: PublicationRow
    plan: CampaignPlan
    objects: list[PlatformPart]
    audit: list[Deed]


PUBLICATION = """
    SELECT publication.id, posting_id, title, company, platform, state, desired_state, detail,
           effective_status, publication.plan_id, approved_by, approved_at, converged_at,
           publication.created_at
    FROM adflux.publication
    JOIN adflux.posting ON posting.id = posting_id
    JOIN adflux.approval ON approval.id = approval_id
"""


def publications() -> list[PublicationRow]:
    """Newest first."""
    return ask(PublicationRow, f"{PUBLICATION} ORDER BY publication.id DESC")


def publication_detail(publication_id: int) -> PublicationDetail:
    """Raises InputError on an unknown publication."""
    found = ask(PublicationRow, f"{PUBLICATION} WHERE publication.id = :id", id=publication_id)
    if not found:
        raise InputError(f"publication {publication_id} does not exist: see `adflux list publications`")
    objects = ask(
        PlatformPart,
        """
            SELECT kind, ordinal, state, external_id, token, attempts, attempted_at
            FROM adflux.platform_object WHERE publication_id = :id
            ORDER BY array_position(ARRAY['budget', 'campaign', 'ad_group', 'image', 'creative', 'ad'], kind),
                ordinal
        """,
        id=publication_id,
    )
    audit = ask(
        Deed,
        """
            SELECT id, at, actor, action, detail FROM adflux.audit
            WHERE publication_id = :id
               OR (action IN ('plan', 'approve') AND detail ->> 'plan' = CAST(:plan AS text))
            ORDER BY at, id
        """,
        id=publication_id,
        plan=str(found[0].plan_id),
    )
    specs = ask(
        dict[str, str],
        """
            SELECT spec FROM adflux.plan_item JOIN adflux.publication USING (plan_id, posting_id, platform)
            WHERE publication.id = :id
        """,
        id=publication_id,
    )
    plan = CampaignPlan.model_validate_json(specs[0]["spec"])
    return PublicationDetail(publication=found[0], plan=plan, objects=objects, audit=audit)
