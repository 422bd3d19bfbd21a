"""What the screens ask most, kept beside the rows: which days each account has, and what postings are found by."""

from __future__ import annotations

from alembic import op

revision = "0027"
down_revision = "0026"

LINE = ("source", "status", "language", "updated_at")
WORDS = ("title", "company", "place", "city", "external_id")


def upgrade() -> None:
    _readings()
    _accounts()
    _gaps()
    _lines()
    for table in ("account_reading", "posting_line"):
        op.execute(f"""
            CREATE TRIGGER never_by_hand BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON adflux.{table}
            FOR EACH STATEMENT EXECUTE FUNCTION adflux.refuse_by_hand()
        """)


def _readings() -> None:
    # What every screen asks of the slice that read a day; a slice never says it otherwise.
    op.execute("""
        ALTER TABLE adflux.day_reading ADD COLUMN currency text, ADD COLUMN read_at timestamptz, ADD COLUMN read_on date
    """)
    op.execute("""
        UPDATE adflux.day_reading SET currency = slice.currency, read_at = slice.read_at, read_on = slice.read_on
        FROM adflux.metrics_slice AS slice WHERE slice.id = slice_id
    """)
    op.execute("""
        ALTER TABLE adflux.day_reading
            ALTER COLUMN currency SET NOT NULL, ALTER COLUMN read_at SET NOT NULL, ALTER COLUMN read_on SET NOT NULL
    """)
    op.execute("""
        CREATE OR REPLACE FUNCTION adflux.days_were_read() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO adflux.day_reading AS kept
                (platform, account_id, date_day, slice_id, currency, read_at, read_on)
            SELECT NEW.platform, NEW.account_id, day::date, NEW.id, NEW.currency, NEW.read_at, NEW.read_on
            FROM generate_series(NEW.since, NEW.until, interval '1 day') AS day
            ON CONFLICT (platform, account_id, date_day)
            DO UPDATE SET slice_id = excluded.slice_id, currency = excluded.currency,
                          read_at = excluded.read_at, read_on = excluded.read_on
            WHERE (excluded.read_at, excluded.slice_id) > (kept.read_at, kept.slice_id);
            RETURN NULL;
        END
        $$
    """)


def _accounts() -> None:
    op.execute("""
        CREATE TABLE adflux.account_reading (
            platform text NOT NULL,
            account_id text NOT NULL,
            first_day date NOT NULL,
            last_day date NOT NULL,
            today date NOT NULL,
            days datemultirange NOT NULL,
            CONSTRAINT pk_account_reading PRIMARY KEY (platform, account_id)
        ) WITH (fillfactor = 45)
    """)
    op.execute("""
        INSERT INTO adflux.account_reading
        SELECT platform, account_id, min(since), max(until), max(read_on), coalesce(
            (SELECT range_agg(daterange(date_day, date_day, '[]')) FROM adflux.day_reading AS day
             WHERE day.platform = slice.platform AND day.account_id = slice.account_id), '{}')
        FROM adflux.metrics_slice AS slice GROUP BY platform, account_id
    """)
    # Its name puts it before the trigger that says which days were read.
    op.execute("""
        CREATE FUNCTION adflux.account_was_asked() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO adflux.account_reading AS kept
            VALUES (NEW.platform, NEW.account_id, NEW.since, NEW.until, NEW.read_on, '{}')
            ON CONFLICT (platform, account_id)
            DO UPDATE SET first_day = least(kept.first_day, excluded.first_day),
                          last_day = greatest(kept.last_day, excluded.last_day),
                          today = greatest(kept.today, excluded.today);
            RETURN NULL;
        END
        $$
    """)
    op.execute("""
        CREATE TRIGGER account_was_asked AFTER INSERT ON adflux.metrics_slice
        FOR EACH ROW EXECUTE FUNCTION adflux.account_was_asked()
    """)
    for event, table, sign in (("INSERT", "NEW", "+"), ("DELETE", "OLD", "-")):
        name = f"day_reading_{event.lower()}"
        op.execute(f"""
            CREATE FUNCTION adflux.{name}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                UPDATE adflux.account_reading AS kept SET days = kept.days {sign} changed.days
                FROM (SELECT platform, account_id, range_agg(daterange(date_day, date_day, '[]')) AS days
                      FROM changed_rows GROUP BY platform, account_id) AS changed
                WHERE kept.platform = changed.platform AND kept.account_id = changed.account_id;
                RETURN NULL;
            END
            $$
        """)
        op.execute(f"""
            CREATE TRIGGER {name} AFTER {event} ON adflux.day_reading REFERENCING {table} TABLE AS changed_rows
            FOR EACH STATEMENT EXECUTE FUNCTION adflux.{name}()
        """)


def _gaps() -> None:
    # As before, from what is kept of the account.
    op.execute("""
        CREATE OR REPLACE VIEW adflux.metrics_gap AS
        WITH account AS (
            SELECT account_reading.*, coalesce(learned_days, stated_days, 90) AS settles_after
            FROM adflux.account_reading LEFT JOIN adflux.metrics_settling USING (platform)
        ), missing AS (
            SELECT platform, account_id, day::date AS date_day, 'unread' AS why
            FROM account, unnest(datemultirange(daterange(first_day, last_day, '[]')) - days) AS hole,
                 generate_series(lower(hole), upper(hole) - 1, interval '1 day') AS day
            UNION ALL
            SELECT platform, account_id, date_day, 'unsettled'
            FROM account JOIN adflux.day_reading USING (platform, account_id)
            WHERE read_on - date_day < settles_after AND today - date_day > settles_after
        )
        SELECT platform, account_id, date_day, why,
               (SELECT count(*) FROM adflux.metrics_slice AS slice
                WHERE answered AND NOT complete AND slice.platform = missing.platform
                  AND slice.account_id = missing.account_id AND date_day BETWEEN since AND until) AS tried
        FROM missing
    """)


def _lines() -> None:
    # A posting's row holds its description. What lists look through is a tenth of it.
    op.execute("""
        CREATE TABLE adflux.posting_line (
            posting_id bigint NOT NULL,
            updated_at timestamptz NOT NULL,
            source text NOT NULL,
            status text NOT NULL,
            language text,
            words text NOT NULL,
            CONSTRAINT pk_posting_line PRIMARY KEY (posting_id)
        )
    """)
    written = f"""
        INSERT INTO adflux.posting_line (posting_id, {", ".join(LINE)}, words)
        SELECT id, {", ".join(LINE)}, lower(concat_ws(' ', {", ".join(WORDS)}))
    """
    op.execute(f"{written} FROM adflux.posting")
    set_anew = ", ".join(f"{name} = NEW.{name}" for name in LINE)
    words = ", ".join(f"NEW.{name}" for name in WORDS)
    for event, when, each, does in (
        (
            "INSERT",
            "INSERT",
            "REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT",
            f"{written} FROM new_rows",
        ),
        (
            "UPDATE",
            f"UPDATE OF {', '.join((*LINE, *WORDS))}",
            "FOR EACH ROW",
            f"""
                UPDATE adflux.posting_line SET {set_anew}, words = lower(concat_ws(' ', {words}))
                WHERE posting_id = NEW.id
            """,
        ),
        (
            "DELETE",
            "DELETE",
            "REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT",
            "DELETE FROM adflux.posting_line WHERE posting_id IN (SELECT id FROM old_rows)",
        ),
    ):
        name = f"posting_line_{event.lower()}"
        op.execute(f"""
            CREATE FUNCTION adflux.{name}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                {does};
                RETURN NULL;
            END
            $$
        """)
        op.execute(f"""
            CREATE TRIGGER {name} AFTER {when} ON adflux.posting {each} EXECUTE FUNCTION adflux.{name}()
        """)
