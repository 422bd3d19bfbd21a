"""A day's operations are those of the whole project, however many ad accounts it reads."""

from __future__ import annotations

from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE adflux.platform_operations (
            platform text NOT NULL,
            hour timestamp with time zone NOT NULL,
            operations bigint NOT NULL,
            CONSTRAINT pk_platform_operations PRIMARY KEY (platform, hour),
            CONSTRAINT ck_platform_operations_not_negative CHECK (operations >= 0)
        )
    """)
    op.execute("""
        INSERT INTO adflux.platform_operations
        SELECT platform, hour, sum(operations)::bigint FROM adflux.account_operations GROUP BY platform, hour
    """)
    op.execute("DROP TABLE adflux.account_operations")
