"""Apply links by ad, and what an applicant tracking system says became of who followed them."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    _secret()
    _links()
    _events()
    _attribution()


def _secret() -> None:
    # Two version 4 UUIDs: 244 random bits.
    op.execute("""
        ALTER TABLE adflux.installation
        ADD COLUMN secret text DEFAULT gen_random_uuid()::text || gen_random_uuid()::text NOT NULL
    """)


def _links() -> None:
    # A change of budget is another plan with the same link.
    op.execute("""
        CREATE TABLE adflux.apply_link (
            plan_id bigint NOT NULL,
            posting_id bigint NOT NULL,
            platform text NOT NULL,
            ordinal bigint NOT NULL,
            click_id text NOT NULL,
            CONSTRAINT pk_apply_link PRIMARY KEY (plan_id, posting_id, platform, ordinal),
            CONSTRAINT fk_apply_link_plan_id FOREIGN KEY (plan_id, posting_id, platform)
                REFERENCES adflux.plan_item (plan_id, posting_id, platform)
        )
    """)
    op.execute("CREATE INDEX ix_apply_link_click_id ON adflux.apply_link (click_id)")
    op.execute("""
        CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON adflux.apply_link
        FOR EACH STATEMENT EXECUTE FUNCTION adflux.refuse_change()
    """)


def _events() -> None:
    # What is not known has a value of its own, so that equal rows are equal: '' and infinity.
    op.execute("""
        CREATE TABLE adflux.application_event (
            source text NOT NULL,
            application bytea NOT NULL,
            step text NOT NULL,
            at timestamptz NOT NULL,
            click_id text NOT NULL,
            clicked_at timestamptz NOT NULL,
            verdict text NOT NULL,
            receipt_id bigint NOT NULL,
            CONSTRAINT pk_application_event PRIMARY KEY (source, application, step, at, click_id, clicked_at),
            CONSTRAINT fk_application_event_receipt_id FOREIGN KEY (receipt_id)
                REFERENCES adflux.import_receipt (id),
            CONSTRAINT ck_application_event_step
                CHECK (step IN ('started', 'submitted', 'qualified', 'interview', 'hired')),
            CONSTRAINT ck_application_event_verdict
                CHECK (verdict IN ('signed', 'forged', 'foreign', 'none'))
        )
    """)
    op.execute("""
        CREATE TABLE adflux.application (
            source text NOT NULL,
            application bytea NOT NULL,
            furthest text NOT NULL,
            first_at timestamptz NOT NULL,
            submitted_at timestamptz,
            click_id text NOT NULL,
            verdict text NOT NULL,
            clicked_at timestamptz,
            CONSTRAINT pk_application PRIMARY KEY (source, application)
        )
    """)
    op.execute("CREATE INDEX ix_application_click_id ON adflux.application (click_id)")


def _attribution() -> None:
    # To the day of the ad account's calendar: many systems tell no finer. 30 days after the click, or, where
    # nobody noted it, after the last day on which there could have been one.
    op.execute("""
        CREATE VIEW adflux.attributed_application AS
        WITH linked AS (
            SELECT click_id, publication.id AS publication_id, posting_id, publication.platform,
                   item.account_id, item.currency, link.ordinal, item.first_day, item.last_day,
                   coalesce(account.time_zone, 'UTC') AS time_zone
            FROM adflux.publication
            JOIN adflux.plan_item AS item USING (plan_id, posting_id, platform)
            JOIN adflux.apply_link AS link USING (plan_id, posting_id, platform)
            LEFT JOIN adflux.ad_account AS account
              ON account.platform = publication.platform AND account.external_id = item.account_id
        ), dated AS (
            SELECT source, application, furthest, first_at, submitted_at, application.click_id, verdict,
                   clicked_at, publication_id, posting_id, platform, account_id, currency, ordinal, first_day,
                   last_day, (coalesce(submitted_at, first_at) AT TIME ZONE time_zone)::date AS applied_on,
                   (clicked_at AT TIME ZONE time_zone)::date AS clicked_on
            FROM adflux.application LEFT JOIN linked USING (click_id)
        )
        SELECT source, application, furthest, first_at, submitted_at, click_id, publication_id, posting_id,
               platform, account_id, currency, ordinal, applied_on - clicked_on AS days_after_click,
               CASE
                   WHEN verdict = 'none' THEN 'missing'
                   WHEN verdict = 'foreign' THEN 'foreign'
                   WHEN publication_id IS NULL AND verdict = 'forged' THEN 'invalid'
                   WHEN publication_id IS NULL THEN 'unknown'
                   WHEN applied_on < coalesce(clicked_on, first_day) THEN 'before'
                   WHEN applied_on > coalesce(clicked_on, last_day) + 30 THEN 'outside'
               END AS reason
        FROM dated
    """)
