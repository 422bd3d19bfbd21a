"""Revisions of daily numbers, rollups that are never out of step with them, and which slice read which day."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"

COUNTS = ("impressions", "clicks", "link_clicks", "spend", "applications")
KEPT = (
    *("platform", "account_id", "date_day", "ad_id", "ad_group_id", "campaign_id", "currency"),
    *COUNTS,
    *("slice_id", "as_of"),
)
SUMS = ("ads", *COUNTS)


def upgrade() -> None:
    _instants()
    _rows()
    _readings()
    _rollups()
    _triggers()


def _instants() -> None:
    # All that one transaction writes of metrics bears one instant, taken as late as can be and under a shared
    # lock that is held to the commit. A pin waits for those locks, so nothing can still commit at or before it.
    op.execute("""
        CREATE FUNCTION adflux.metrics_instant() RETURNS timestamptz LANGUAGE plpgsql AS $$
        DECLARE
            told text := current_setting('adflux.metrics_instant', true);
        BEGIN
            IF coalesce(told, '') = '' THEN
                PERFORM pg_advisory_xact_lock_shared(hashtext('adflux.metrics'));
                told := set_config('adflux.metrics_instant', clock_timestamp()::text, true);
            END IF;
            RETURN told::timestamptz;
        END
        $$
    """)
    op.execute("""
        CREATE FUNCTION adflux.metrics_pin() RETURNS timestamptz LANGUAGE plpgsql AS $$
        DECLARE
            pinned timestamptz;
        BEGIN
            PERFORM pg_advisory_lock(hashtext('adflux.metrics'));
            pinned := clock_timestamp();
            WHILE clock_timestamp() <= pinned LOOP  -- the next instant given out is a later one
            END LOOP;
            PERFORM pg_advisory_unlock(hashtext('adflux.metrics'));
            RETURN pinned;
        END
        $$
    """)


def _rows() -> None:
    op.execute("""
        ALTER TABLE adflux.metrics_slice
            ADD COLUMN read_on date DEFAULT CURRENT_DATE NOT NULL,
            ALTER COLUMN read_at SET DEFAULT adflux.metrics_instant(),
            ALTER COLUMN spend TYPE numeric(18, 6)
    """)
    op.execute("""
        UPDATE adflux.metrics_slice AS slice
        SET read_on = (slice.read_at AT TIME ZONE coalesce(
            (SELECT time_zone FROM adflux.ad_account
             WHERE ad_account.platform = slice.platform AND external_id = account_id), 'UTC'))::date
    """)
    # The day comes first, so that a window's rows lie together. Room in each page lets a restated row stay in
    # it. A foreign key would look its slice up once a row: the triggers below do it once a statement.
    # Six decimals are what the platforms' finest unit, a millionth, needs.
    op.execute("""
        ALTER TABLE adflux.ad_metrics
            DROP CONSTRAINT fk_ad_metrics_slice_id,
            DROP CONSTRAINT pk_ad_metrics,
            ADD COLUMN as_of timestamptz,
            ALTER COLUMN spend TYPE numeric(18, 6),
            ALTER COLUMN applications TYPE numeric(18, 6),
            SET (fillfactor = 70)
    """)
    op.execute("""
        UPDATE adflux.ad_metrics SET as_of = read_at FROM adflux.metrics_slice AS slice WHERE slice.id = slice_id
    """)
    op.execute("""
        ALTER TABLE adflux.ad_metrics
            ALTER COLUMN as_of SET DEFAULT adflux.metrics_instant(),
            ALTER COLUMN as_of SET NOT NULL,
            ADD CONSTRAINT pk_ad_metrics PRIMARY KEY (date_day, platform, account_id, ad_id)
    """)
    op.execute("""
        CREATE TABLE adflux.ad_metrics_revision (
            platform text NOT NULL,
            account_id text NOT NULL,
            date_day date NOT NULL,
            ad_id text NOT NULL,
            ad_group_id text NOT NULL,
            campaign_id text NOT NULL,
            currency text NOT NULL,
            impressions bigint NOT NULL,
            clicks bigint NOT NULL,
            link_clicks bigint NOT NULL,
            spend numeric(18, 6) NOT NULL,
            applications numeric(18, 6) NOT NULL,
            slice_id bigint NOT NULL,
            as_of timestamptz NOT NULL,
            superseded_at timestamptz NOT NULL,
            superseded_by bigint,
            CONSTRAINT ck_ad_metrics_revision_in_order CHECK (as_of < superseded_at)
        )
    """)
    # Written in the order of time and, within a slice, of days: BRIN costs nearly nothing and finds both.
    op.execute("""
        CREATE INDEX ix_ad_metrics_revision_superseded_at_date_day
            ON adflux.ad_metrics_revision USING brin (superseded_at, date_day)
    """)
    op.execute(f"""
        CREATE FUNCTION adflux.ad_metrics_as_of(instant timestamptz) RETURNS SETOF adflux.ad_metrics
        LANGUAGE sql STABLE AS $$
            SELECT {", ".join(KEPT)} FROM adflux.ad_metrics WHERE as_of <= instant
            UNION ALL
            SELECT {", ".join(KEPT)} FROM adflux.ad_metrics_revision
            WHERE as_of <= instant AND superseded_at > instant
        $$
    """)


def _readings() -> None:
    op.execute("""
        CREATE TABLE adflux.day_reading (
            platform text NOT NULL,
            account_id text NOT NULL,
            date_day date NOT NULL,
            slice_id bigint NOT NULL,
            digest bytea,
            CONSTRAINT pk_day_reading PRIMARY KEY (platform, account_id, date_day),
            CONSTRAINT fk_day_reading_slice_id FOREIGN KEY(slice_id) REFERENCES adflux.metrics_slice (id)
        ) WITH (fillfactor = 70)
    """)
    op.execute("""
        INSERT INTO adflux.day_reading (platform, account_id, date_day, slice_id)
        SELECT DISTINCT ON (platform, account_id, day) platform, account_id, day::date, id
        FROM adflux.metrics_slice, generate_series(since, until, interval '1 day') AS day
        WHERE complete ORDER BY platform, account_id, day, read_at DESC, id DESC
    """)
    op.execute("""
        CREATE FUNCTION adflux.days_were_read() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO adflux.day_reading AS kept (platform, account_id, date_day, slice_id)
            SELECT NEW.platform, NEW.account_id, day::date, NEW.id
            FROM generate_series(NEW.since, NEW.until, interval '1 day') AS day
            ON CONFLICT (platform, account_id, date_day) DO UPDATE SET slice_id = excluded.slice_id
            WHERE (NEW.read_at, NEW.id) > (SELECT read_at, id FROM adflux.metrics_slice WHERE id = kept.slice_id);
            RETURN NULL;
        END
        $$
    """)
    op.execute("""
        CREATE TRIGGER days_were_read AFTER INSERT ON adflux.metrics_slice
        FOR EACH ROW WHEN (NEW.complete) EXECUTE FUNCTION adflux.days_were_read()
    """)


def _rollups() -> None:
    columns = ", ".join(
        f"{name} {'numeric(24, 6)' if name in {'spend', 'applications'} else 'bigint'} NOT NULL"
        for name in SUMS
    )
    for table, keys in {
        "campaign_day": ("platform", "account_id", "campaign_id", "currency", "date_day"),
        "account_day": ("platform", "account_id", "currency", "date_day"),
        "campaign_total": ("platform", "account_id", "campaign_id", "currency"),
    }.items():
        key = ", ".join(keys)
        kinds = ", ".join(f"{name} {'date' if name == 'date_day' else 'text'} NOT NULL" for name in keys)
        op.execute(f"""
            CREATE TABLE adflux.{table} ({kinds}, {columns}, CONSTRAINT pk_{table} PRIMARY KEY ({key}))
            WITH (fillfactor = 70)
        """)
        op.execute(f"CREATE INDEX ix_{table}_ads ON adflux.{table} (ads) WHERE ads = 0")
        op.execute(f"""
            INSERT INTO adflux.{table} ({key}, {", ".join(SUMS)})
            SELECT {key}, count(*), {", ".join(f"sum({name})" for name in COUNTS)}
            FROM adflux.ad_metrics GROUP BY {key}
        """)


def _triggers() -> None:
    added, taken = _signed("new_rows", ""), _signed("old_rows", "-")
    for event, tables, moved in (
        ("INSERT", ("new",), added),
        ("UPDATE", ("new", "old"), f"{added} UNION ALL {taken}"),
        ("DELETE", ("old",), taken),
    ):
        name = f"ad_metrics_{event.lower()}"
        op.execute(f"""
            CREATE FUNCTION adflux.{name}() RETURNS trigger LANGUAGE plpgsql AS $$
            DECLARE
                instant timestamptz := adflux.metrics_instant();
                slice bigint := nullif(current_setting('adflux.metrics_slice', true), '')::bigint;
            BEGIN
                IF NOT EXISTS (SELECT FROM {tables[0]}_rows) THEN
                    RETURN NULL;
                END IF;
                {_guard() if "new" in tables else ""}
                {_remember() if "old" in tables else ""}
                {_add_up(moved)}
                {_sweep() if "old" in tables else ""}
                UPDATE adflux.day_reading SET digest = NULL
                WHERE digest IS NOT NULL AND (platform, account_id, date_day) IN (
                    {" UNION ".join(f"SELECT platform, account_id, date_day FROM {one}_rows" for one in tables)}
                );
                RETURN NULL;
            END
            $$
        """)
        referencing = " ".join(f"{one.upper()} TABLE AS {one}_rows" for one in tables)
        op.execute(f"""
            CREATE TRIGGER {name} AFTER {event} ON adflux.ad_metrics REFERENCING {referencing}
            FOR EACH STATEMENT EXECUTE FUNCTION adflux.{name}()
        """)
    op.execute("""
        CREATE FUNCTION adflux.refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% is never emptied: what it says would be forgotten', TG_TABLE_NAME;
        END
        $$
    """)
    for table in ("ad_metrics", "ad_metrics_revision"):
        op.execute(f"""
            CREATE TRIGGER never_emptied BEFORE TRUNCATE ON adflux.{table}
            FOR EACH STATEMENT EXECUTE FUNCTION adflux.refuse_truncate()
        """)


def _signed(rows: str, sign: str) -> str:
    return (
        f"SELECT platform, account_id, campaign_id, currency, date_day, {sign}1 AS ads, "
        f"{', '.join(f'{sign}{name} AS {name}' for name in COUNTS)} FROM {rows}"
    )


def _guard() -> str:
    return """
                IF EXISTS (SELECT FROM new_rows WHERE as_of <> instant) THEN
                    RAISE EXCEPTION 'ad_metrics.as_of is adflux.metrics_instant() and nothing else';
                END IF;
                IF EXISTS (SELECT FROM new_rows WHERE slice_id NOT IN (SELECT id FROM adflux.metrics_slice)) THEN
                    RAISE EXCEPTION 'ad_metrics.slice_id names no slice' USING ERRCODE = 'foreign_key_violation';
                END IF;
    """


def _remember() -> str:
    # A row that was written and changed within one transaction was never believed by anybody.
    return f"""
                INSERT INTO adflux.ad_metrics_revision ({", ".join(KEPT)}, superseded_at, superseded_by)
                SELECT {", ".join(KEPT)}, instant, slice FROM old_rows WHERE as_of <> instant;
    """


def _add_up(moved: str) -> str:
    sums = ", ".join(f"sum({name}) AS {name}" for name in SUMS)
    added = ", ".join(f"{name} = kept.{name} + excluded.{name}" for name in SUMS)
    campaign = "platform, account_id, campaign_id, currency, date_day"
    account, total = "platform, account_id, currency, date_day", "platform, account_id, campaign_id, currency"
    return f"""
                WITH moved AS MATERIALIZED (
                    SELECT {campaign}, {sums} FROM ({moved}) AS signed GROUP BY {campaign}
                ), by_campaign AS (
                    INSERT INTO adflux.campaign_day AS kept ({campaign}, {", ".join(SUMS)})
                    SELECT {campaign}, {", ".join(SUMS)} FROM moved
                    ON CONFLICT ({campaign}) DO UPDATE SET {added}
                ), in_total AS (
                    INSERT INTO adflux.campaign_total AS kept ({total}, {", ".join(SUMS)})
                    SELECT {total}, {sums} FROM moved GROUP BY {total}
                    ON CONFLICT ({total}) DO UPDATE SET {added}
                )
                INSERT INTO adflux.account_day AS kept ({account}, {", ".join(SUMS)})
                SELECT {account}, {sums} FROM moved GROUP BY {account}
                ON CONFLICT ({account}) DO UPDATE SET {added};
    """


def _sweep() -> str:
    return """
                DELETE FROM adflux.campaign_day WHERE ads = 0;
                DELETE FROM adflux.account_day WHERE ads = 0;
                DELETE FROM adflux.campaign_total WHERE ads = 0;
    """
