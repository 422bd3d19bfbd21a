"""Reports that a platform makes by itself, by the id under which they are waited for."""

from __future__ import annotations

from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE adflux.platform_report (
            platform text NOT NULL,
            account_id text NOT NULL,
            report_id text NOT NULL,
            since date NOT NULL,
            until date NOT NULL,
            level text NOT NULL,
            state text NOT NULL,
            asked_at timestamptz NOT NULL,
            CONSTRAINT pk_platform_report PRIMARY KEY (platform, account_id, report_id),
            CONSTRAINT ck_platform_report_state CHECK (state IN ('running', 'read', 'failed', 'stale')),
            CONSTRAINT ck_platform_report_window CHECK (since <= until)
        )
    """)
