"""How many applications count for which ad and how far they came, never out of step; no sum changed by hand."""

from __future__ import annotations

from alembic import op

revision = "0019"
down_revision = "0018"

COUNTED = (
    *("click_id", "publication_id", "ordinal", "platform", "reason"),
    *("furthest", "submitted", "late"),
)
SUMS = ("campaign_day", "account_day", "campaign_total", "application_count")


def upgrade() -> None:
    _attribution()
    _applications()
    _application_triggers()
    _link_triggers()
    _guard()


def _attribution() -> None:
    # Said once, for the view and for the triggers, which attribute rows that are not in the table any more.
    op.execute("""
        CREATE VIEW adflux.linked_click AS
        SELECT click_id, publication.id AS publication_id, posting_id, publication.platform, item.account_id,
               item.currency, link.ordinal, item.first_day, item.last_day,
               coalesce(account.time_zone, 'UTC') AS time_zone
        FROM adflux.publication
        JOIN adflux.plan_item AS item USING (plan_id, posting_id, platform)
        JOIN adflux.apply_link AS link USING (plan_id, posting_id, platform)
        LEFT JOIN adflux.ad_account AS account
          ON account.platform = publication.platform AND account.external_id = item.account_id
    """)
    # To the day of the ad account's calendar: many systems tell no finer. 30 days after the click, or, where
    # nobody noted it, after the last day on which there could have been one.
    op.execute("""
        CREATE FUNCTION adflux.why_not_counted(
            verdict text, publication_id bigint, applied_on date, clicked_on date, first_day date, last_day date
        ) RETURNS text LANGUAGE sql IMMUTABLE AS $$
            SELECT CASE
                WHEN verdict = 'none' THEN 'missing'
                WHEN verdict = 'foreign' THEN 'foreign'
                WHEN publication_id IS NULL AND verdict = 'forged' THEN 'invalid'
                WHEN publication_id IS NULL THEN 'unknown'
                WHEN applied_on < coalesce(clicked_on, first_day) THEN 'before'
                WHEN applied_on > coalesce(clicked_on, last_day) + 30 THEN 'outside'
            END
        $$
    """)
    op.execute(f"CREATE OR REPLACE VIEW adflux.attributed_application AS {_attributed('adflux.application')}")
    # Up to how many days after a click each platform counts an application by default.
    op.execute("""
        CREATE FUNCTION adflux.click_days(platform text) RETURNS int LANGUAGE sql IMMUTABLE AS $$
            SELECT CASE platform WHEN 'meta' THEN 7 WHEN 'google_ads' THEN 30 END
        $$
    """)


def _attributed(rows: str) -> str:
    return f"""
        SELECT source, application, furthest, first_at, submitted_at, click_id, publication_id, posting_id,
               platform, account_id, currency, ordinal, applied_on - clicked_on AS days_after_click,
               adflux.why_not_counted(verdict, publication_id, applied_on, clicked_on, first_day, last_day)
                   AS reason
        FROM (
            SELECT *, (coalesce(submitted_at, first_at) AT TIME ZONE time_zone)::date AS applied_on,
                   (clicked_at AT TIME ZONE time_zone)::date AS clicked_on
            FROM {rows} AS application LEFT JOIN adflux.linked_click USING (click_id)
        ) AS dated
    """


def _applications() -> None:
    # What is not known is '' and 0, so that equal rows are equal. Those without a click id of ours lead
    # nowhere whatever is published: they are counted together, under no click id.
    op.execute(f"""
        CREATE TABLE adflux.application_count (
            click_id text NOT NULL,
            publication_id bigint NOT NULL,
            ordinal bigint NOT NULL,
            platform text NOT NULL,
            reason text NOT NULL,
            furthest text NOT NULL,
            submitted boolean NOT NULL,
            late boolean NOT NULL,
            applications bigint NOT NULL,
            CONSTRAINT pk_application_count PRIMARY KEY ({", ".join(COUNTED)})
        ) WITH (fillfactor = 70)
    """)
    op.execute("""
        CREATE INDEX ix_application_count_applications ON adflux.application_count (applications)
        WHERE applications = 0
    """)
    op.execute("""
        CREATE INDEX ix_application_count_publication_id ON adflux.application_count (publication_id)
    """)
    op.execute(_count("adflux.application"))
    op.execute("CREATE INDEX ix_application_first_at ON adflux.application (first_at)")
    op.execute("CREATE INDEX ix_application_event_at ON adflux.application_event (at)")


def _count(rows: str, where: str = "") -> str:
    """Add what these rows count to the sums."""
    return f"""
        INSERT INTO adflux.application_count AS kept ({", ".join(COUNTED)}, applications)
        {_counted(rows)} {where} GROUP BY {", ".join(COUNTED)}
    """


def _counted(rows: str, sign: str = "") -> str:
    return f"""
        SELECT CASE WHEN reason IN ('missing', 'foreign') THEN '' ELSE click_id END AS click_id,
               coalesce(publication_id, 0) AS publication_id, coalesce(ordinal, 0) AS ordinal,
               coalesce(platform, '') AS platform, coalesce(reason, '') AS reason, furthest,
               submitted_at IS NOT NULL AS submitted,
               coalesce(days_after_click > adflux.click_days(platform), false) AS late,
               {sign}count(*) AS applications
        FROM ({_attributed(rows)}) AS attributed
    """


def _application_triggers() -> None:
    # One writer at a time from here to its commit, and each statement below sees what those before committed:
    # so what is taken away is what was added.
    op.execute("""
        CREATE FUNCTION adflux.hold_application_counts() RETURNS void LANGUAGE plpgsql AS $$
        BEGIN
            IF current_setting('transaction_isolation') <> 'read committed' THEN
                RAISE EXCEPTION 'applications are written in READ COMMITTED: their sums would miss others';
            END IF;
            PERFORM pg_advisory_xact_lock(hashtext('adflux.application_count'));
        END
        $$
    """)
    grouped = f"GROUP BY {', '.join(map(str, range(1, len(COUNTED) + 1)))}"
    for event, tables in (("INSERT", ("new",)), ("UPDATE", ("new", "old")), ("DELETE", ("old",))):
        name = f"application_{event.lower()}"
        moved = " UNION ALL ".join(
            f"{_counted(f'{one}_rows', '' if one == 'new' else '-')} {grouped}" for one in tables
        )
        op.execute(f"""
            CREATE FUNCTION adflux.{name}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF NOT EXISTS (SELECT FROM {tables[0]}_rows) THEN
                    RETURN NULL;
                END IF;
                PERFORM adflux.hold_application_counts();
                INSERT INTO adflux.application_count AS kept ({", ".join(COUNTED)}, applications)
                SELECT {", ".join(COUNTED)}, sum(applications) FROM ({moved}) AS moved
                GROUP BY {", ".join(COUNTED)} HAVING sum(applications) <> 0
                ON CONFLICT ({", ".join(COUNTED)})
                DO UPDATE SET applications = kept.applications + excluded.applications;
                DELETE FROM adflux.application_count WHERE applications = 0;
                RETURN NULL;
            END
            $$
        """)
        referencing = " ".join(f"{one.upper()} TABLE AS {one}_rows" for one in tables)
        op.execute(f"""
            CREATE TRIGGER {name} AFTER {event} ON adflux.application REFERENCING {referencing}
            FOR EACH STATEMENT EXECUTE FUNCTION adflux.{name}()
        """)
    op.execute("""
        CREATE TRIGGER never_emptied BEFORE TRUNCATE ON adflux.application
        FOR EACH STATEMENT EXECUTE FUNCTION adflux.refuse_truncate()
    """)


def _link_triggers() -> None:
    # Where a link leads decides what its applications count for. Counted anew at the commit, when nothing else
    # is waited for any more.
    op.execute(f"""
        CREATE FUNCTION adflux.count_again(clicks text[]) RETURNS void LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM adflux.hold_application_counts();
            DELETE FROM adflux.application_count WHERE click_id = ANY(clicks);
            {_count("adflux.application", "WHERE click_id = ANY(clicks) AND reason IS DISTINCT FROM 'missing' AND reason IS DISTINCT FROM 'foreign'")};
        END
        $$
    """)
    plans = "SELECT click_id FROM adflux.apply_link AS link WHERE link.plan_id"
    changed = "OLD.plan_id IS DISTINCT FROM NEW.plan_id"
    zoned = "OLD.time_zone IS DISTINCT FROM NEW.time_zone"
    ours = (
        "SELECT click_id FROM adflux.linked_click AS click WHERE click.platform = {0}.platform "
        "AND click.account_id = {0}.external_id"
    )
    for table, event, when, clicks in (
        ("apply_link", "INSERT", "", "SELECT NEW.click_id"),
        ("publication", "INSERT", "", f"{plans} = NEW.plan_id"),
        ("publication", "UPDATE", f"WHEN ({changed})", f"{plans} IN (OLD.plan_id, NEW.plan_id)"),
        ("publication", "DELETE", "", f"{plans} = OLD.plan_id"),
        ("ad_account", "INSERT", "", ours.format("NEW")),
        ("ad_account", "UPDATE", f"WHEN ({zoned})", ours.format("NEW")),
        ("ad_account", "DELETE", "", ours.format("OLD")),
    ):
        name = f"count_again_{table}_{event.lower()}"
        op.execute(f"""
            CREATE FUNCTION adflux.{name}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                PERFORM adflux.count_again(ARRAY({clicks}));
                RETURN NULL;
            END
            $$
        """)
        op.execute(f"""
            CREATE CONSTRAINT TRIGGER {name} AFTER {event} ON adflux.{table}
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW {when} EXECUTE FUNCTION adflux.{name}()
        """)


def _guard() -> None:
    op.execute("""
        CREATE FUNCTION adflux.refuse_by_hand() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF pg_trigger_depth() = 1 THEN
                RAISE EXCEPTION '% is kept by triggers: change the rows it adds up', TG_TABLE_NAME;
            END IF;
            RETURN NULL;
        END
        $$
    """)
    for table in SUMS:
        op.execute(f"""
            CREATE TRIGGER never_by_hand BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON adflux.{table}
            FOR EACH STATEMENT EXECUTE FUNCTION adflux.refuse_by_hand()
        """)
