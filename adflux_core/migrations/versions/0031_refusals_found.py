"""What was refused to whom is found without reading the trail of everything else."""

from __future__ import annotations

from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    op.execute("CREATE INDEX ix_audit_not_allowed ON adflux.audit (id) WHERE action = 'not allowed'")
