"""The standing kill switch, of one ad account or of all."""

from __future__ import annotations

from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE adflux.kill_switch (
            account_id text CONSTRAINT pk_kill_switch PRIMARY KEY,
            thrown_by text NOT NULL,
            thrown_at timestamptz NOT NULL DEFAULT now()
        )
    """)
