"""People with their roles, and the database role that only reads."""

from __future__ import annotations

from alembic import op

revision = "0029"
down_revision = "0028"

# Of candidates, what a picture of a segment may be made of: nobody's name, address or consent.
SHOWN = (
    "id, retain_until, city, region, country, years_experience, relevant_experience, education, field_of_study, studying, "
    "occupation, sector, seniority, skills, languages, employer_size, years_since_change, training_hours, "
    "hours_per_week, salary_expectation, salary_currency, availability_days"
)


def upgrade() -> None:
    op.execute("""
        CREATE TABLE adflux.person (
            account text CONSTRAINT pk_person PRIMARY KEY,
            role text NOT NULL,
            active boolean DEFAULT true NOT NULL,
            since timestamptz DEFAULT now() NOT NULL,
            granted_by text NOT NULL,
            CONSTRAINT ck_person_account CHECK (account = lower(account) AND account <> ''),
            CONSTRAINT ck_person_role CHECK (role IN ('viewer', 'analyst', 'approver', 'admin'))
        )
    """)
    # Who sits at the machine, where no login is configured. Revoking it closes that door, too.
    op.execute(
        "INSERT INTO adflux.person (account, role, granted_by) VALUES ('local', 'admin', 'installation')"
    )
    _reader()


def _reader() -> None:
    # Roles belong to the whole server: another database of ours may have made it, even at this moment.
    op.execute("""
        DO $$ BEGIN
            CREATE ROLE adflux_ro NOLOGIN;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END $$
    """)
    op.execute("GRANT adflux_ro TO CURRENT_USER")
    op.execute("GRANT USAGE ON SCHEMA adflux TO adflux_ro")
    op.execute("GRANT SELECT ON ALL TABLES IN SCHEMA adflux TO adflux_ro")
    op.execute("ALTER DEFAULT PRIVILEGES IN SCHEMA adflux GRANT SELECT ON TABLES TO adflux_ro")
    op.execute("REVOKE SELECT ON adflux.candidate, adflux.installation FROM adflux_ro")
    op.execute(f"GRANT SELECT ({SHOWN}) ON adflux.candidate TO adflux_ro")
    op.execute("GRANT SELECT (key) ON adflux.installation TO adflux_ro")
