"""What the platforms really said: the pages of each reading, and shapes in them that nobody expected."""

from __future__ import annotations

from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE adflux.metrics_page (
            slice_id bigint NOT NULL CONSTRAINT fk_metrics_page_slice_id REFERENCES adflux.metrics_slice (id),
            place bigint NOT NULL,
            question text NOT NULL,
            read_at timestamptz NOT NULL,
            size bigint NOT NULL,
            sha256 bytea NOT NULL,
            body bytea NOT NULL,
            CONSTRAINT pk_metrics_page PRIMARY KEY (slice_id, place)
        )
    """)
    # It is compressed already.
    op.execute("ALTER TABLE adflux.metrics_page ALTER COLUMN body SET STORAGE EXTERNAL")
    op.execute("CREATE INDEX ix_metrics_page_read_at ON adflux.metrics_page USING brin (read_at)")
    op.execute("ALTER TABLE adflux.metrics_slice ADD COLUMN reparsed_at timestamptz")
    op.execute("""
        CREATE TABLE adflux.unknown_shape (
            platform text NOT NULL,
            account_id text NOT NULL,
            place text NOT NULL,
            name text NOT NULL,
            example text NOT NULL,
            times bigint NOT NULL,
            first_at timestamptz DEFAULT now() NOT NULL,
            last_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT pk_unknown_shape PRIMARY KEY (platform, account_id, place, name)
        )
    """)
    op.execute("""
        CREATE VIEW adflux.failed_reading AS
        SELECT DISTINCT ON (platform, account_id) platform, account_id, since, until, reason, read_at
        FROM adflux.metrics_slice AS failed
        WHERE NOT complete AND NOT EXISTS (
            SELECT FROM adflux.metrics_slice AS good
            WHERE good.complete AND good.platform = failed.platform AND good.account_id = failed.account_id
              AND good.read_at > failed.read_at AND good.since <= failed.until AND good.until >= failed.since)
        ORDER BY platform, account_id, read_at DESC, id DESC
    """)
    op.execute("""
        COMMENT ON VIEW adflux.failed_reading IS
        'Of each account the newest reading that failed, if none of its days were read completely since'
    """)
