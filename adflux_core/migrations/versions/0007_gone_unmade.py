"""An object that was never made can be GONE, too: its publication is closed and nobody will ask for it."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.execute("""
        ALTER TABLE adflux.platform_object
            DROP CONSTRAINT ck_platform_object_bound,
            ADD CONSTRAINT ck_platform_object_bound CHECK (
                CASE WHEN state IN ('PLANNED', 'ATTEMPTED') THEN external_id IS NULL
                     ELSE external_id IS NOT NULL OR state = 'GONE' END
            )
    """)
    # What was closed before this was learnt.
    op.execute("""
        UPDATE adflux.platform_object SET state = 'GONE'
        FROM adflux.publication
        WHERE publication.id = publication_id AND publication.state = 'closed' AND platform_object.state <> 'GONE'
    """)
