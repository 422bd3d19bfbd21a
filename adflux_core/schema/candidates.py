"""Candidates: what they told us, what they agreed to, and, in a schema of its own, what the law protects."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Double, ForeignKey, Identity, Text, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from adflux_core.schema import Table
from adflux_core.schema.postings import ImportReceipt


class Candidate(Table):
    """A person who might apply. Consent without a purpose and a date is none.

    Everything from `city` on may make a feature; contact and consent never do.
    """

    __tablename__ = "candidate"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    source: Mapped[str]
    external_id: Mapped[str]
    name: Mapped[str | None]
    # Normalised: the same person is found by either.
    email: Mapped[str | None] = mapped_column(index=True)
    phone: Mapped[str | None] = mapped_column(index=True)
    consent: Mapped[bool | None]  # None: nobody asked
    consent_purpose: Mapped[str | None]
    consented_on: Mapped[date | None]
    retain_until: Mapped[date]
    city: Mapped[str | None]
    region: Mapped[str | None]
    country: Mapped[str | None]  # ISO 3166-1 alpha-2
    years_experience: Mapped[float | None] = mapped_column(Double)
    relevant_experience: Mapped[bool | None]
    education: Mapped[str | None]
    field_of_study: Mapped[str | None]
    studying: Mapped[str | None]
    occupation: Mapped[str | None]
    sector: Mapped[str | None]
    seniority: Mapped[str | None]
    skills: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    languages: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    employer_size: Mapped[float | None] = mapped_column(Double)
    years_since_change: Mapped[float | None] = mapped_column(Double)
    training_hours: Mapped[float | None] = mapped_column(Double)
    hours_per_week: Mapped[float | None] = mapped_column(Double)
    salary_expectation: Mapped[Decimal | None]
    salary_currency: Mapped[str | None]
    availability_days: Mapped[float | None] = mapped_column(Double)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        UniqueConstraint("source", "external_id"),
        CheckConstraint(
            "NOT consent OR (consent_purpose IS NOT NULL AND consented_on IS NOT NULL)", name="consent"
        ),
        CheckConstraint(
            "years_experience BETWEEN 0 AND 60 AND years_since_change BETWEEN 0 AND 60 "
            "AND training_hours BETWEEN 0 AND 10000 AND hours_per_week BETWEEN 0 AND 168 "
            "AND employer_size BETWEEN 0 AND 10000000 AND availability_days BETWEEN 0 AND 730 "
            "AND salary_expectation BETWEEN 0 AND 1000000000000",
            name="ranges",
        ),
    )


class CandidateMerge(Table):
    """Two rows, or two candidates, that turned out to be one person: by which key, and who stayed."""

    __tablename__ = "candidate_merge"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    receipt_id: Mapped[int] = mapped_column(ForeignKey(ImportReceipt.id), index=True)
    line: Mapped[int | None]  # the row that gave way; None: a stored candidate did
    kept_line: Mapped[int | None]
    candidate_id: Mapped[int | None]  # who stayed, when already stored
    merged_candidate_id: Mapped[int | None]


class CandidateAttribute(Table):
    """Protected attributes. Only the role `adflux_audit` reads them, and only the fairness audit takes it."""

    __tablename__ = "candidate_attribute"

    candidate_id: Mapped[int] = mapped_column(
        ForeignKey(Candidate.id, ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    age: Mapped[int | None]
    gender: Mapped[str | None]
    marital_status: Mapped[str | None]
    origin: Mapped[str | None]
    health: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("age BETWEEN 14 AND 100", name="age"),
        {"schema": "adflux_protected"},
    )
