"""Job postings, and the receipts that account for every row ever read."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, LargeBinary, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from adflux_core.schema import Table


class Posting(Table):
    """A job advertised. (source, external_id) is its name in the world; money keeps its original words."""

    __tablename__ = "posting"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    source: Mapped[str]
    external_id: Mapped[str]
    title: Mapped[str]
    company: Mapped[str | None]
    description: Mapped[str | None]
    language: Mapped[str | None]
    place: Mapped[str | None]  # as written; city, region and country are what could be read from it
    city: Mapped[str | None]
    region: Mapped[str | None]
    country: Mapped[str | None]  # ISO 3166-1 alpha-2
    remote: Mapped[bool | None]
    employment_type: Mapped[str | None]
    salary_text: Mapped[str | None]
    salary_min: Mapped[Decimal | None]
    salary_max: Mapped[Decimal | None]
    salary_currency: Mapped[str | None]
    salary_period: Mapped[str | None]
    apply_url: Mapped[str | None]
    posted_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    content_hash: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[str] = mapped_column(server_default="open")
    missed_feeds: Mapped[int] = mapped_column(server_default="0")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        UniqueConstraint("source", "external_id"),
        Index("ix_posting_lower_title", text("lower(title)")),
        CheckConstraint("status IN ('open', 'closed')", name="status"),
        # NaN is PostgreSQL's greatest number.
        CheckConstraint(
            "salary_min >= 0 AND salary_max >= 0 AND salary_max >= salary_min "
            "AND salary_min < 'NaN' AND salary_max < 'NaN'",
            name="salary",
        ),
        CheckConstraint(
            "salary_period IN ('hour', 'day', 'week', 'month', 'year', 'once')", name="salary_period"
        ),
        CheckConstraint("language ~ '^[a-z]{2}$' AND country ~ '^[A-Z]{2}$'", name="codes"),
    )


class PostingLine(Table):
    """What a posting is listed and found by, in few bytes. The database's own triggers keep it in step.

    `words`: title, company, place, city and external id, in small letters.
    """

    __tablename__ = "posting_line"

    posting_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    updated_at: Mapped[datetime]
    source: Mapped[str]
    status: Mapped[str]
    language: Mapped[str | None]
    words: Mapped[str]


class ImportReceipt(Table):
    """One reading of one file. read = created + updated + unchanged + merged + quarantined."""

    __tablename__ = "import_receipt"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    subject: Mapped[str]  # "postings"
    source: Mapped[str]
    format: Mapped[str]
    file_name: Mapped[str]
    full_feed: Mapped[bool]
    read: Mapped[int]
    created: Mapped[int]
    updated: Mapped[int]
    unchanged: Mapped[int]
    merged: Mapped[int]
    quarantined: Mapped[int]
    closed: Mapped[int]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        CheckConstraint("read = created + updated + unchanged + merged + quarantined", name="adds_up"),
    )


class QuarantinedRow(Table):
    """A row that was read and not believed: where it stood and why."""

    __tablename__ = "quarantined_row"

    receipt_id: Mapped[int] = mapped_column(ForeignKey(ImportReceipt.id), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    reason: Mapped[str]
    content: Mapped[str]
