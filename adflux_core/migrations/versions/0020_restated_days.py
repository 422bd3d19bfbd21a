"""How much each day was restated, in step with its rows; and what a report said, beside its files."""

from __future__ import annotations

from alembic import op

revision = "0020"
down_revision = "0019"

COUNTS = ("impressions", "clicks", "spend", "applications")
KEY = ("date_day", "platform", "account_id", "ad_id")
RESTATED = ("date_day", "platform", "account_id", "currency", "age")


def upgrade() -> None:
    _restated()
    _restated_triggers()
    op.execute("""
        CREATE TRIGGER never_by_hand BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON adflux.restated_day
        FOR EACH STATEMENT EXECUTE FUNCTION adflux.refuse_by_hand()
    """)
    op.execute("ALTER TABLE adflux.report ADD COLUMN summary jsonb")
    _found_quickly()


def _found_quickly() -> None:
    # The spec is a JSON text with the picture in it, and no string within it can hold a field's name unescaped.
    for name in ("starts_at", "ends_at"):
        op.execute(f"""
            ALTER TABLE adflux.plan_item ADD COLUMN {name} text
            GENERATED ALWAYS AS ((regexp_match(spec, '"{name}":"([^"]+)"'))[1]) STORED
        """)
    op.execute("CREATE INDEX ix_posting_lower_title ON adflux.posting (lower(title))")
    # Few readings fail, and each missing day asks which.
    op.execute("""
        CREATE INDEX ix_metrics_slice_platform_account_id ON adflux.metrics_slice (platform, account_id)
        WHERE NOT complete
    """)


def _restated() -> None:
    columns = ", ".join(f"{name} numeric(24, 6) NOT NULL" for name in COUNTS)
    op.execute(f"""
        CREATE TABLE adflux.restated_day (
            date_day date NOT NULL,
            platform text NOT NULL,
            account_id text NOT NULL,
            currency text NOT NULL,
            age bigint NOT NULL,
            rows bigint NOT NULL,
            {columns},
            CONSTRAINT pk_restated_day PRIMARY KEY ({", ".join(RESTATED)})
        ) WITH (fillfactor = 70)
    """)
    believed = " UNION ALL ".join(
        f"SELECT {', '.join(KEY)}, currency, as_of, {', '.join(COUNTS)} FROM adflux.{table}"
        for table in ("ad_metrics", "ad_metrics_revision")
    )
    op.execute(
        _restate(f"""
            SELECT {_of("was")}, was.superseded_by, 1 AS rows, {_named(_apart("now_is"))}
            FROM adflux.ad_metrics_revision AS was
            LEFT JOIN ({believed}) AS now_is ON {_same("now_is")} AND now_is.as_of = was.superseded_at
        """)
    )


def _restate(steps: str) -> str:
    """Add how far rows went, each by a slice, to the sums of the day and of its age when that slice read it."""
    return f"""
        INSERT INTO adflux.restated_day AS kept ({", ".join(RESTATED)}, rows, {", ".join(COUNTS)})
        SELECT date_day, platform, account_id, currency, read_on - date_day AS age, sum(rows),
               {", ".join(f"sum({name})" for name in COUNTS)}
        FROM ({steps}) AS step
        JOIN (SELECT id, read_on FROM adflux.metrics_slice) AS slice ON slice.id = superseded_by
        GROUP BY {", ".join(RESTATED)}
    """


def _restated_triggers() -> None:
    # They run after those that keep the revisions: by their names.
    added = ", ".join(f"{name} = kept.{name} + excluded.{name}" for name in ("rows", *COUNTS))
    for event, tables in (("INSERT", ("new",)), ("UPDATE", ("new", "old")), ("DELETE", ("old",))):
        now, before = ("now_is" if "new" in tables else ""), ("before" if "old" in tables else "")
        joined = f"LEFT JOIN new_rows AS now_is ON {_same('now_is')}" if now else ""
        moves = f"""
            SELECT {_of("was")}, slice AS superseded_by, 1 AS rows, {_named(_apart(now))}
            FROM old_rows AS was {joined} WHERE was.as_of <> instant
        """
        # Changed again within the transaction: what stood in between was never believed, so it takes back its
        # step and makes that of the last.
        again = f"""
            SELECT {_of("was")}, was.superseded_by, 0 AS rows, {_named(_apart(now), _apart(before))}
            FROM adflux.ad_metrics_revision AS was {joined}
            {f"JOIN old_rows AS before ON {_same('before')} AND before.as_of = instant" if before else ""}
            WHERE was.superseded_at = instant {"" if before else "AND now_is.ad_id IS NOT NULL"}
        """
        touched = "old_rows WHERE as_of" if before else "adflux.ad_metrics_revision WHERE superseded_at"
        on_conflict = f"ON CONFLICT ({', '.join(RESTATED)}) DO UPDATE SET {added}"
        name = f"restate_{event.lower()}"
        op.execute(f"""
            CREATE FUNCTION adflux.{name}() RETURNS trigger LANGUAGE plpgsql AS $$
            DECLARE
                instant timestamptz := adflux.metrics_instant();
                slice bigint := nullif(current_setting('adflux.metrics_slice', true), '')::bigint;
            BEGIN
                {f"{_restate(moves)} {on_conflict};" if before else ""}
                IF EXISTS (SELECT FROM {touched} = instant) THEN
                    {_restate(again)} {on_conflict};
                END IF;
                RETURN NULL;
            END
            $$
        """)
        referencing = " ".join(f"{one.upper()} TABLE AS {one}_rows" for one in tables)
        op.execute(f"""
            CREATE TRIGGER {name} AFTER {event} ON adflux.ad_metrics REFERENCING {referencing}
            FOR EACH STATEMENT EXECUTE FUNCTION adflux.{name}()
        """)


def _of(row: str) -> str:
    return ", ".join(f"{row}.{name}" for name in ("platform", "account_id", "currency", "date_day"))


def _same(other: str) -> str:
    return " AND ".join(f"{other}.{name} = was.{name}" for name in KEY)


def _apart(row: str) -> list[str]:
    """How far each number of `row` is from what it was; all of it where the row, or its currency, is gone."""
    there = "CASE WHEN {0}.currency = was.currency THEN {0}.{1} ELSE 0 END" if row else "0"
    return [f"abs({there.format(row, name)} - was.{name})" for name in COUNTS]


def _named(apart: list[str], less: list[str] | None = None) -> str:
    steps = [f"{one} - {other}" for one, other in zip(apart, less, strict=True)] if less else apart
    return ", ".join(f"{step} AS {name}" for step, name in zip(steps, COUNTS, strict=True))
