"""Plans, approvals and what they became on the platforms: the tables `converge` works on."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Computed,
    ForeignKey,
    Identity,
    Index,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from adflux_core.schema import Table
from adflux_core.schema.postings import Posting


class Installation(Table):
    """One row: who we are on a shared ad account, so that a sweep never touches another's objects.

    `secret` is never shown: it hashes the ids of applications, and signs click ids where no setting does.
    """

    __tablename__ = "installation"

    key: Mapped[str] = mapped_column(primary_key=True)
    secret: Mapped[str] = mapped_column(
        server_default=text("gen_random_uuid()::text || gen_random_uuid()::text")
    )


class AdAccount(Table):
    """An ad account as last read from its platform."""

    __tablename__ = "ad_account"

    platform: Mapped[str] = mapped_column(primary_key=True)
    external_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    currency: Mapped[str]
    time_zone: Mapped[str]
    read_at: Mapped[datetime] = mapped_column(server_default=func.now())


IN_SPEC = """(regexp_match(spec, '"{}":"([^"]+)"'))[1]"""


class Plan(Table):
    """What somebody proposes to publish. Never changed after it is written; its hash is what is approved."""

    __tablename__ = "plan"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    spec_hash: Mapped[str]
    author: Mapped[str]
    # A change of a living publication's budget, rather than a new campaign. No foreign key: each points at
    # the other's table.
    changes_publication_id: Mapped[int | None]
    # The flow run that made it: the same run makes one plan, however often it is taken up again.
    run_id: Mapped[UUID | None] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class PlanItem(Table):
    """One campaign of a plan, whole: `spec` is a CampaignPlan as JSON text, hashed byte for byte.

    The other columns repeat what reservations and reports need of it, in minor units and account days.
    """

    __tablename__ = "plan_item"

    plan_id: Mapped[int] = mapped_column(ForeignKey(Plan.id), primary_key=True)
    posting_id: Mapped[int] = mapped_column(ForeignKey(Posting.id), primary_key=True)
    platform: Mapped[str] = mapped_column(primary_key=True)
    spec: Mapped[str]
    spec_hash: Mapped[str]
    account_id: Mapped[str]
    currency: Mapped[str]
    budget_minor: Mapped[int]
    worst_day_minor: Mapped[int]
    first_day: Mapped[date]
    last_day: Mapped[date]
    # What the platform and the rules said against it when it was planned; no part of what is hashed.
    findings: Mapped[list[str]] = mapped_column(JSONB, server_default=text("'[]'::jsonb"))
    # As the spec writes them, in the account's own offset.
    starts_at: Mapped[str | None] = mapped_column(Computed(IN_SPEC.format("starts_at"), persisted=True))
    ends_at: Mapped[str | None] = mapped_column(Computed(IN_SPEC.format("ends_at"), persisted=True))

    __table_args__ = (
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        CheckConstraint("budget_minor BETWEEN 1 AND 1000000000000000", name="budget"),
        CheckConstraint("worst_day_minor BETWEEN 1 AND budget_minor", name="worst_day"),
        CheckConstraint("last_day >= first_day", name="days"),
    )


class Approval(Table):
    """Somebody said yes to exactly this plan."""

    __tablename__ = "approval"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey(Plan.id), unique=True)
    spec_hash: Mapped[str]
    approved_by: Mapped[str]
    approved_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Refusal(Table):
    """Somebody said no to a plan, for good: another try is another plan."""

    __tablename__ = "refusal"

    plan_id: Mapped[int] = mapped_column(ForeignKey(Plan.id), primary_key=True)
    refused_by: Mapped[str]
    refused_at: Mapped[datetime] = mapped_column(server_default=func.now())
    reason: Mapped[str]


class Publication(Table):
    """One campaign on one platform. `epoch` fences off writers that lost their claim."""

    __tablename__ = "publication"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    posting_id: Mapped[int] = mapped_column(ForeignKey(Posting.id))
    platform: Mapped[str]
    revision: Mapped[int]
    plan_id: Mapped[int] = mapped_column(ForeignKey(Plan.id))
    spec_hash: Mapped[str]
    approval_id: Mapped[int] = mapped_column(ForeignKey(Approval.id))
    # An approved change of budget is not on the platform yet.
    changing: Mapped[bool] = mapped_column(server_default="false")
    desired_state: Mapped[str]
    epoch: Mapped[int] = mapped_column(server_default="0")
    state: Mapped[str] = mapped_column(server_default="planned")
    detail: Mapped[str] = mapped_column(server_default="")
    effective_status: Mapped[str] = mapped_column(server_default="")
    converged_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        UniqueConstraint("posting_id", "platform", "revision"),
        UniqueConstraint("plan_id", "posting_id", "platform"),
        CheckConstraint("desired_state IN ('paused', 'active', 'closed')", name="desired_state"),
        CheckConstraint(
            "state IN ('planned', 'doubtful', 'paused', 'active', 'closed', 'differs', 'drifted', 'failed')",
            name="state",
        ),
    )


class PlatformObject(Table):
    """One object on a platform, from the intent to its end."""

    __tablename__ = "platform_object"

    publication_id: Mapped[int] = mapped_column(ForeignKey(Publication.id), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(server_default="PLANNED")
    external_id: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(server_default="0")
    attempted_at: Mapped[datetime | None]
    request_hash: Mapped[str | None]

    __table_args__ = (
        CheckConstraint(
            "state IN ('PLANNED', 'ATTEMPTED', 'BOUND', 'VERIFIED', 'ACTIVE', 'GONE')", name="state"
        ),
        CheckConstraint(
            "CASE WHEN state IN ('PLANNED', 'ATTEMPTED') THEN external_id IS NULL "
            "ELSE external_id IS NOT NULL OR state = 'GONE' END",
            name="bound",
        ),
    )


class KillSwitch(Table):
    """Thrown, for one ad account or (`''`) for all: nothing may run until it is released."""

    __tablename__ = "kill_switch"

    account_id: Mapped[str] = mapped_column(primary_key=True)
    thrown_by: Mapped[str]
    thrown_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Orphan(Table):
    """An object with our token that no publication owns, and what was done about it."""

    __tablename__ = "orphan"

    platform: Mapped[str] = mapped_column(primary_key=True)
    external_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
    action: Mapped[str]


class Audit(Table):
    """What was done, by whom, to what. Append-only: the database refuses updates and deletes.

    Each row carries the hash of the one before it of the same publication (of none: of the house's own
    chain), set by a trigger; the view `audit_broken` is empty as long as nobody has tampered.
    """

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    actor: Mapped[str]
    action: Mapped[str]
    publication_id: Mapped[int | None]
    detail: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    previous_hash: Mapped[bytes] = mapped_column(server_default=text("''::bytea"))
    hash: Mapped[bytes] = mapped_column(server_default=text("''::bytea"))

    __table_args__ = (
        Index(None, "publication_id", "id"),
        Index("ix_audit_not_allowed", "id", postgresql_where=text("action = 'not allowed'")),
        Index("ix_audit_started", text("(detail ->> 'key')"), postgresql_where=text("action = 'start'")),
    )
