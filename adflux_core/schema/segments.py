"""Segments: who they are for people, each version that was trained, and who belongs where in it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Identity, LargeBinary, SmallInteger, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from adflux_core.schema import Table


class Segment(Table):
    """A group of candidates as people know it. Its id and its names outlive each training."""

    __tablename__ = "segment"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name_es: Mapped[str]
    name_en: Mapped[str]
    description_es: Mapped[str]
    description_en: Mapped[str]
    renamed_by: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ended_at: Mapped[datetime | None]  # when a version no longer found it


class SegmentVersion(Table):
    """One training. `card` says how k was chosen, how stable it is and what moved; refusals stay, too."""

    __tablename__ = "segment_version"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    state: Mapped[str]
    candidates: Mapped[int]
    k: Mapped[int | None]
    data_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    parameters: Mapped[dict[str, Any]]
    card: Mapped[dict[str, Any]]
    model: Mapped[bytes | None] = mapped_column(LargeBinary)  # a skops file
    model_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        CheckConstraint("state IN ('fitted', 'refused')", name="state"),
        CheckConstraint("(state = 'fitted') = (model IS NOT NULL AND k IS NOT NULL)", name="model"),
    )


class SegmentInVersion(Table):
    """Which cluster of a version is which segment, and what it looked like then."""

    __tablename__ = "segment_in_version"

    version_id: Mapped[int] = mapped_column(
        ForeignKey(SegmentVersion.id, ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    cluster: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    segment_id: Mapped[int] = mapped_column(ForeignKey(Segment.id))
    size: Mapped[int]
    profile: Mapped[dict[str, Any]]


class SegmentMember(Table):
    """Who is in which cluster of a version; kept for the newest versions and for those somebody pinned.

    No foreign key to the candidate: it would be looked up a million times a night. Erasure deletes these.
    """

    __tablename__ = "segment_member"

    version_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    candidate_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    cluster: Mapped[int] = mapped_column(SmallInteger)


class SegmentEvent(Table):
    """What a version changed about identities: birth, death, split or merge, with the shares behind it."""

    __tablename__ = "segment_event"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey(SegmentVersion.id, ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    segment_id: Mapped[int] = mapped_column(ForeignKey(Segment.id))
    detail: Mapped[dict[str, Any]]

    __table_args__ = (CheckConstraint("kind IN ('birth', 'death', 'split', 'merge')", name="kind"),)


class FairnessReport(Table):
    """What a version's features give away and whom its segments leave out; plans for them name it."""

    __tablename__ = "fairness_report"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey(SegmentVersion.id, ondelete="CASCADE"), unique=True)
    proxies: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    four_fifths: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class SegmentPin(Table):
    """A plan that speaks to a segment as one version had it; it never moves by itself.

    `aim` is what the segment added to the plan; without a fairness report there is no plan for a segment.
    """

    __tablename__ = "segment_pin"

    plan_id: Mapped[int] = mapped_column(ForeignKey("adflux.plan.id"), primary_key=True, autoincrement=False)
    segment_id: Mapped[int] = mapped_column(ForeignKey(Segment.id))
    version_id: Mapped[int] = mapped_column(ForeignKey(SegmentVersion.id))
    fairness_report_id: Mapped[int] = mapped_column(ForeignKey(FairnessReport.id))
    aim: Mapped[dict[str, Any]]
