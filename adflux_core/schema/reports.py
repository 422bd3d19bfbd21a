"""Reports that were given out, with their files; and when each recurring piece of work was last done."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Identity, LargeBinary, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from adflux_core.schema import Table
from adflux_core.schema.metrics import INSTANT


class Report(Table):
    """What was asked: the window and the instant it is pinned to. Kept as it was given out.

    `previous_id`: the report it says what has changed since. `run_id`: the run that made it, if one did.
    """

    __tablename__ = "report"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    since: Mapped[date]
    until: Mapped[date]
    as_of: Mapped[datetime]
    language: Mapped[str]
    previous_id: Mapped[int | None] = mapped_column(ForeignKey("adflux.report.id"))
    rows: Mapped[int]
    run_id: Mapped[str] = mapped_column(server_default="")
    made_at: Mapped[datetime] = mapped_column(server_default=func.now())
    summary: Mapped[
        dict[str, Any] | None
    ]  # `totals` and what `changed`; None of a report from before it was kept

    __table_args__ = (
        UniqueConstraint("since", "until", "as_of", "language"),
        CheckConstraint("since <= until", name="in_order"),
    )


class ReportFile(Table):
    """A report in one format: its bytes, and their SHA-256 in hexadecimal."""

    __tablename__ = "report_file"

    report_id: Mapped[int] = mapped_column(ForeignKey(Report.id), primary_key=True)
    format: Mapped[str] = mapped_column(primary_key=True)
    sha256: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (CheckConstraint("sha256 = encode(sha256(content), 'hex')", name="sha256"),)


class SettlingRevision(Table):
    """After how many days a platform's numbers were held to be settled, from when on."""

    __tablename__ = "settling_revision"

    platform: Mapped[str] = mapped_column(primary_key=True)
    learned_at: Mapped[datetime] = mapped_column(primary_key=True, server_default=INSTANT)
    settles_after: Mapped[int]


class Heartbeat(Table):
    """When a piece of work that must recur was last done to its end."""

    __tablename__ = "heartbeat"

    work: Mapped[str] = mapped_column(primary_key=True)
    beat_at: Mapped[datetime] = mapped_column(server_default=func.now())
