"""A plan knows the run that made it, and what the platform said against it beforehand."""

from __future__ import annotations

from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    op.execute("ALTER TABLE adflux.plan ADD COLUMN run_id uuid CONSTRAINT uq_plan_run_id UNIQUE")
    op.execute("ALTER TABLE adflux.plan_item ADD COLUMN findings jsonb NOT NULL DEFAULT '[]'")
    op.execute("CREATE INDEX ix_audit_started ON adflux.audit ((detail ->> 'key')) WHERE action = 'start'")
