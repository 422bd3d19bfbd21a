"""Caps and reservations, budget changes, and an audit whose rows are chained by hash."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    _plan_items()
    op.execute("ALTER TABLE adflux.plan ADD COLUMN changes_publication_id bigint")
    op.execute("ALTER TABLE adflux.publication ADD COLUMN changing boolean DEFAULT 'false' NOT NULL")
    op.execute("""
        CREATE TABLE adflux.spending_cap (
            platform text NOT NULL,
            account_id text NOT NULL,
            currency text NOT NULL,
            campaign_minor bigint NOT NULL,
            day_minor bigint NOT NULL,
            month_minor bigint NOT NULL,
            second_person_above_minor bigint NOT NULL,
            set_by text NOT NULL,
            set_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT pk_spending_cap PRIMARY KEY (platform, account_id),
            CONSTRAINT ck_spending_cap_positive CHECK (campaign_minor > 0 AND day_minor > 0 AND month_minor > 0 AND second_person_above_minor >= 0)
        )
    """)
    op.execute("""
        CREATE TABLE adflux.spending (
            platform text NOT NULL,
            account_id text NOT NULL,
            period text NOT NULL,
            starts_on date NOT NULL,
            reserved_minor bigint NOT NULL,
            cap_minor bigint NOT NULL,
            CONSTRAINT pk_spending PRIMARY KEY (platform, account_id, period, starts_on),
            CONSTRAINT ck_spending_period CHECK (period IN ('day', 'month')),
            CONSTRAINT ck_spending_within_cap CHECK (reserved_minor BETWEEN 0 AND cap_minor)
        )
    """)
    op.execute("""
        CREATE TABLE adflux.reservation (
            publication_id bigint NOT NULL,
            period text NOT NULL,
            starts_on date NOT NULL,
            minor bigint NOT NULL,
            CONSTRAINT pk_reservation PRIMARY KEY (publication_id, period, starts_on),
            CONSTRAINT ck_reservation_positive CHECK (minor > 0),
            CONSTRAINT fk_reservation_publication_id FOREIGN KEY(publication_id) REFERENCES adflux.publication (id)
        )
    """)
    _audit_chain()
    _record_view()


def _plan_items() -> None:
    op.execute("""
        ALTER TABLE adflux.plan_item
            ADD COLUMN account_id text, ADD COLUMN currency text, ADD COLUMN budget_minor bigint,
            ADD COLUMN worst_day_minor bigint, ADD COLUMN first_day date, ADD COLUMN last_day date
    """)
    op.execute("ALTER TABLE adflux.plan_item DISABLE TRIGGER append_only")
    # Every plan so far is Meta's, which may spend 75 % more than the average on one day.
    op.execute("""
        UPDATE adflux.plan_item SET
            account_id = spec.account_id,
            currency = spec.budget ->> 'currency',
            budget_minor = (spec.budget ->> 'minor')::bigint,
            first_day = left(spec.starts_at, 10)::date,
            last_day = left(spec.ends_at, 10)::date - 1,
            worst_day_minor = least(
                (spec.budget ->> 'minor')::bigint,
                ceil((spec.budget ->> 'minor')::numeric * 1.75
                     / (left(spec.ends_at, 10)::date - left(spec.starts_at, 10)::date))
            )
        FROM adflux.plan_item AS item, jsonb_to_record(item.spec::jsonb)
            AS spec(account_id text, budget jsonb, starts_at text, ends_at text)
        WHERE (item.plan_id, item.posting_id, item.platform)
            = (plan_item.plan_id, plan_item.posting_id, plan_item.platform)
    """)
    op.execute("ALTER TABLE adflux.plan_item ENABLE TRIGGER append_only")
    for column in ("account_id", "currency", "budget_minor", "worst_day_minor", "first_day", "last_day"):
        op.execute(f"ALTER TABLE adflux.plan_item ALTER COLUMN {column} SET NOT NULL")
    for name, rule in (
        ("currency", "currency ~ '^[A-Z]{3}$'"),
        ("budget", "budget_minor BETWEEN 1 AND 1000000000000000"),
        ("worst_day", "worst_day_minor BETWEEN 1 AND budget_minor"),
        ("days", "last_day >= first_day"),
    ):
        op.execute(f"ALTER TABLE adflux.plan_item ADD CONSTRAINT ck_plan_item_{name} CHECK ({rule})")


def _audit_chain() -> None:
    op.execute("""
        ALTER TABLE adflux.audit
            ADD COLUMN previous_hash bytea DEFAULT ''::bytea NOT NULL,
            ADD COLUMN hash bytea DEFAULT ''::bytea NOT NULL
    """)
    op.execute("CREATE INDEX ix_audit_publication_id_id ON adflux.audit (publication_id, id)")
    op.execute("""
        CREATE FUNCTION adflux.audit_hash(entry adflux.audit, previous bytea) RETURNS bytea
        LANGUAGE sql STABLE AS $$
            SELECT sha256(previous || convert_to(jsonb_build_array(
                entry.id, extract(epoch FROM entry.at), entry.actor, entry.action, entry.publication_id,
                entry.detail
            )::text, 'UTF8'))
        $$
    """)
    op.execute("""
        CREATE FUNCTION adflux.chain_audit() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            -- One writer a chain until it commits; the number is drawn only then, so that it follows the chain.
            PERFORM pg_advisory_xact_lock(4068, coalesce(NEW.publication_id, 0)::int);
            NEW.id := nextval(pg_get_serial_sequence('adflux.audit', 'id'));
            SELECT hash INTO NEW.previous_hash FROM adflux.audit
            WHERE publication_id IS NOT DISTINCT FROM NEW.publication_id ORDER BY id DESC LIMIT 1;
            NEW.previous_hash := coalesce(NEW.previous_hash, ''::bytea);
            NEW.hash := adflux.audit_hash(NEW, NEW.previous_hash);
            RETURN NEW;
        END $$
    """)
    op.execute("ALTER TABLE adflux.audit DISABLE TRIGGER append_only")
    op.execute("""
        DO $$
        DECLARE
            entry adflux.audit;
            last bytea;
        BEGIN
            FOR entry IN SELECT * FROM adflux.audit ORDER BY id LOOP
                SELECT hash INTO last FROM adflux.audit
                WHERE publication_id IS NOT DISTINCT FROM entry.publication_id AND id < entry.id
                ORDER BY id DESC LIMIT 1;
                last := coalesce(last, ''::bytea);
                UPDATE adflux.audit SET previous_hash = last, hash = adflux.audit_hash(entry, last)
                WHERE id = entry.id;
            END LOOP;
        END $$
    """)
    op.execute("ALTER TABLE adflux.audit ENABLE TRIGGER append_only")
    op.execute("""
        CREATE TRIGGER chained BEFORE INSERT ON adflux.audit
        FOR EACH ROW EXECUTE FUNCTION adflux.chain_audit()
    """)
    op.execute("""
        CREATE VIEW adflux.audit_broken AS
        SELECT id, publication_id FROM (
            SELECT entry.id, entry.publication_id, entry.hash, entry.previous_hash,
                   adflux.audit_hash(entry, entry.previous_hash) AS computed,
                   lag(entry.hash, 1, ''::bytea)
                       OVER (PARTITION BY entry.publication_id ORDER BY entry.id) AS before
            FROM adflux.audit AS entry
        ) AS chained
        WHERE hash <> computed OR previous_hash <> before
    """)


def _record_view() -> None:
    # What must be on record before a campaign may run; each row of the view says what is missing.
    op.execute("""
        CREATE VIEW adflux.activation_without_record AS
        SELECT deed.id AS audit_id, deed.publication_id, deed.at, missing
        FROM adflux.audit AS deed
        LEFT JOIN adflux.publication ON publication.id = deed.publication_id
        LEFT JOIN LATERAL (
            SELECT plan.* FROM adflux.audit AS ordered
            JOIN adflux.plan ON plan.id = (ordered.detail ->> 'plan')::bigint
            WHERE ordered.publication_id = deed.publication_id AND ordered.id < deed.id
              AND ordered.action IN ('publish', 'change budget')
            ORDER BY ordered.id DESC LIMIT 1
        ) AS plan ON true
        LEFT JOIN adflux.plan_item AS item ON item.plan_id = plan.id
            AND (item.posting_id, item.platform) = (publication.posting_id, publication.platform)
        LEFT JOIN adflux.approval ON approval.plan_id = plan.id
        LEFT JOIN adflux.spending_cap AS cap
            ON (cap.platform, cap.account_id) = (item.platform, item.account_id)
        CROSS JOIN LATERAL (VALUES
            ('the publication itself', publication.id IS NOT NULL),
            ('the plan it was ordered from', item.spec IS NOT NULL),
            ('an approval before it ran', coalesce(approval.approved_at <= deed.at, false)),
            ('the approval of exactly this plan', coalesce(approval.spec_hash = plan.spec_hash, false)),
            ('another person than the author', coalesce(
                approval.approved_by <> plan.author OR item.budget_minor <= cap.second_person_above_minor, false)),
            ('a reservation of its budget', EXISTS (
                SELECT FROM adflux.audit WHERE publication_id = deed.publication_id
                AND action = 'reserve' AND id < deed.id)),
            ('what was sent, by its hash', EXISTS (
                SELECT FROM adflux.audit WHERE publication_id = deed.publication_id
                AND action = 'create' AND detail ? 'request' AND id < deed.id)),
            ('where its words and picture come from',
                coalesce(item.spec::jsonb -> 'creative' ->> 'source' <> '', false)),
            ('that it was read back as approved', EXISTS (
                SELECT FROM adflux.audit WHERE publication_id = deed.publication_id
                AND action = 'verified' AND detail ->> 'kind' = 'campaign' AND id < deed.id))
        ) AS requirement(missing, met)
        WHERE deed.action = 'active' AND deed.detail ->> 'kind' = 'campaign' AND NOT met
    """)
