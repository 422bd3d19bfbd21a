"""Alerts, and what no other table knows of their causes: credentials that run out, silent platforms."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Identity, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from adflux_core.schema import Table


class Alert(Table):
    """One cause for as long as it lasts. Of each kind, platform and subject at most one is open.

    `told_at`: when it was last delivered to somebody. An acknowledged one is not repeated.
    """

    __tablename__ = "alert"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    kind: Mapped[str]
    platform: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[str]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    times_told: Mapped[int] = mapped_column(server_default="0")
    acknowledged_by: Mapped[str | None]
    acknowledged_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "uq_alert_open",
            *("kind", "platform", "subject"),
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        CheckConstraint("(acknowledged_by IS NULL) = (acknowledged_at IS NULL)", name="acknowledged"),
        CheckConstraint("(told_at IS NULL) = (times_told = 0)", name="told"),
    )


class CredentialExpiry(Table):
    """Until when an account's credential is valid, as its platform said; none: it does not run out."""

    __tablename__ = "credential_expiry"

    platform: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime | None]
    read_at: Mapped[datetime] = mapped_column(server_default=func.now())


class PlatformTrouble(Table):
    """A platform that gave no answer in so many scheduled runs in a row. One good run removes the row."""

    __tablename__ = "platform_trouble"

    platform: Mapped[str] = mapped_column(primary_key=True)
    runs: Mapped[int]
    reason: Mapped[str]
    since: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (CheckConstraint("runs > 0", name="runs"),)
