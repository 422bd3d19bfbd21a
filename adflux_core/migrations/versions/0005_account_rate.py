"""What is used of each ad account's allowance."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    # One row is written a hundred times a second: room on its page keeps its versions there.
    op.execute("""
        CREATE TABLE adflux.account_rate (
            platform text NOT NULL,
            account_id text NOT NULL,
            points_allowed bigint NOT NULL,
            hourly_calls bigint NOT NULL,
            used double precision NOT NULL,
            open_at timestamptz NOT NULL,
            next_write_at timestamptz NOT NULL,
            slots bigint[] NOT NULL,
            points bigint[] NOT NULL,
            CONSTRAINT pk_account_rate PRIMARY KEY (platform, account_id)
        ) WITH (fillfactor = 10)
    """)
