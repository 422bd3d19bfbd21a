"""Plans that somebody refused."""

from __future__ import annotations

from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE adflux.refusal (
            plan_id bigint CONSTRAINT pk_refusal PRIMARY KEY
                CONSTRAINT fk_refusal_plan_id REFERENCES adflux.plan (id),
            refused_by text NOT NULL,
            refused_at timestamptz DEFAULT now() NOT NULL,
            reason text NOT NULL
        )
    """)
    op.execute("""
        CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON adflux.refusal
        FOR EACH STATEMENT EXECUTE FUNCTION adflux.refuse_change()
    """)
