"""Operations of an ad account by the hour; spend to the millionth, as Google counts it."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE adflux.account_operations (
            platform text NOT NULL,
            account_id text NOT NULL,
            hour timestamptz NOT NULL,
            operations bigint NOT NULL,
            CONSTRAINT pk_account_operations PRIMARY KEY (platform, account_id, hour),
            CONSTRAINT ck_account_operations_not_negative CHECK (operations >= 0)
        )
    """)
    op.execute("""
        ALTER TABLE adflux.ad_metrics
            ALTER COLUMN spend TYPE numeric(21, 6),
            ALTER COLUMN applications TYPE numeric(21, 6)
    """)
    op.execute("ALTER TABLE adflux.metrics_slice ALTER COLUMN spend TYPE numeric(21, 6)")
