"""Audiences: the consented people of a segment's version as copied to a platform, by their hashes alone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    LargeBinary,
    UniqueConstraint,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column

from adflux_core.schema import Table
from adflux_core.schema.segments import Segment, SegmentVersion


class Audience(Table):
    """One copy on one ad account, for one purpose of consent. `token` ends its name there."""

    __tablename__ = "audience"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    account_id: Mapped[str]
    segment_id: Mapped[int] = mapped_column(ForeignKey(Segment.id))
    version_id: Mapped[int] = mapped_column(ForeignKey(SegmentVersion.id))
    purpose: Mapped[str]
    token: Mapped[str] = mapped_column(unique=True)
    requested_by: Mapped[str]
    asked_at: Mapped[datetime | None]  # when the platform was last asked to make it
    external_id: Mapped[str | None]
    matched_least: Mapped[int | None]
    matched_most: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (UniqueConstraint("account_id", "segment_id", "version_id", "purpose"),)


class AudienceMember(Table):
    """What was sent, or is about to be: SHA-256 of an e-mail or phone. Once it is out, the row goes."""

    __tablename__ = "audience_member"

    audience_id: Mapped[int] = mapped_column(ForeignKey(Audience.id), primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    state: Mapped[str]

    __table_args__ = (
        CheckConstraint("kind IN ('email', 'phone') AND length(key) = 32", name="key"),
        CheckConstraint("state IN ('adding', 'held', 'removing')", name="state"),
    )


class AudienceUpload(Table):
    """The receipt of one session: how many hashes were sent, and what the platform said of them."""

    __tablename__ = "audience_upload"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    audience_id: Mapped[int] = mapped_column(ForeignKey(Audience.id), index=True)
    action: Mapped[str]
    kind: Mapped[str]
    session_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    batches: Mapped[int]  # that were confirmed
    sent: Mapped[int]
    received: Mapped[int]
    invalid: Mapped[int]
    outcome: Mapped[str]
    started_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("action IN ('add', 'remove')", name="action"),
        CheckConstraint("outcome IN ('sending', 'confirmed', 'interrupted')", name="outcome"),
    )
