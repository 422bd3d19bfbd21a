"""Fingerprints of a day's rows: only rows that differ are sent."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    # Beside `day_reading` and not in it: every screen reads that one, and 10,000 ads are 80 kB a day.
    # EXTERNAL: hashes do not compress, and nobody should try.
    op.execute("""
        CREATE TABLE adflux.day_fingerprints (
            platform text NOT NULL,
            account_id text NOT NULL,
            date_day date NOT NULL,
            digest bytea NOT NULL,
            fingerprints bytea NOT NULL,
            CONSTRAINT pk_day_fingerprints PRIMARY KEY (platform, account_id, date_day)
        )
    """)
    op.execute("ALTER TABLE adflux.day_fingerprints ALTER COLUMN fingerprints SET STORAGE EXTERNAL")
