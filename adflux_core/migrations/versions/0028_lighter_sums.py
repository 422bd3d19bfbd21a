"""Restated rows are joined with what they were once, not twice, for all that is summed of them."""

from __future__ import annotations

from alembic import op

revision = "0028"
down_revision = "0027"

COUNTS = ("impressions", "clicks", "link_clicks", "spend", "applications")
SUMS = ("ads", *COUNTS)
KEY = ("date_day", "platform", "account_id", "ad_id")
CAMPAIGN = ("platform", "account_id", "campaign_id", "currency", "date_day")
TOTAL = ("platform", "account_id", "campaign_id", "currency")
ACCOUNT = ("platform", "account_id", "currency", "date_day")
KEPT = (*KEY, "ad_group_id", "campaign_id", "currency", *COUNTS, "slice_id", "as_of")
RESTATED = ("date_day", "platform", "account_id", "currency", "age")
APART = ("impressions", "clicks", "spend", "applications")


def upgrade() -> None:
    # Nearly every sum of a restated window changes, and its new version should find room beside the old one.
    for table in ("campaign_day", "account_day", "campaign_total", "restated_day"):
        op.execute(f"ALTER TABLE adflux.{table} SET (fillfactor = 45)")
    op.execute("DROP TRIGGER restate_update ON adflux.ad_metrics")
    op.execute("DROP FUNCTION adflux.restate_update")
    op.execute(f"""
        CREATE OR REPLACE FUNCTION adflux.ad_metrics_update() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            instant timestamptz := adflux.metrics_instant();
            slice bigint := nullif(current_setting('adflux.metrics_slice', true), '')::bigint;
            gone bigint;
        BEGIN
            IF NOT EXISTS (SELECT FROM new_rows) THEN
                RETURN NULL;
            END IF;
            IF EXISTS (SELECT FROM new_rows WHERE as_of <> instant) THEN
                RAISE EXCEPTION 'ad_metrics.as_of is adflux.metrics_instant() and nothing else';
            END IF;
            IF EXISTS (SELECT FROM new_rows WHERE slice_id NOT IN (SELECT id FROM adflux.metrics_slice)) THEN
                RAISE EXCEPTION 'ad_metrics.slice_id names no slice' USING ERRCODE = 'foreign_key_violation';
            END IF;
            -- A row that was written and changed within one transaction was never believed by anybody.
            INSERT INTO adflux.ad_metrics_revision ({", ".join(KEPT)}, superseded_at, superseded_by)
            SELECT {", ".join(KEPT)}, instant, slice FROM old_rows WHERE as_of <> instant;
            {_moved()} SELECT -sum(ads) INTO gone FROM moved;
            IF gone > 0 THEN  -- to another campaign, currency or key: there it is one more
                {_arrived()} SELECT NULL INTO gone;
            END IF;
            IF EXISTS (SELECT FROM old_rows WHERE as_of = instant) THEN
                {_again()};
            END IF;
            DELETE FROM adflux.campaign_day WHERE ads = 0;
            DELETE FROM adflux.account_day WHERE ads = 0;
            DELETE FROM adflux.campaign_total WHERE ads = 0;
            RETURN NULL;
        END
        $$
    """)


def _moved() -> str:
    """What each day of a campaign became more by, and how far its rows went, from one look at each row.

    Fenced off by OFFSET, or each comparison would be made anew for every number.
    """
    there = {name: f"CASE WHEN kept_place THEN now_{name} ELSE 0 END - was_{name}" for name in COUNTS}
    apart = {name: f"abs(CASE WHEN kept_currency THEN now_{name} ELSE 0 END - was_{name})" for name in APART}
    return f"""
            WITH moved AS MATERIALIZED (
                SELECT {", ".join(CAMPAIGN)}, -count(*) FILTER (WHERE kept_place IS NOT TRUE) AS ads,
                       {", ".join(f"sum({step}) AS {name}" for name, step in there.items())},
                       count(*) FILTER (WHERE believed) AS rows,
                       {
        ", ".join(f"sum({one}) FILTER (WHERE believed) AS {name}_apart" for name, one in apart.items())
    }
                FROM (
                    SELECT {", ".join(f"was.{name}" for name in CAMPAIGN)}, was.as_of <> instant AS believed,
                           now_is.currency = was.currency AS kept_currency,
                           now_is.currency = was.currency AND now_is.campaign_id = was.campaign_id AS kept_place,
                           {
        ", ".join(f"was.{name} AS was_{name}, now_is.{name} AS now_{name}" for name in COUNTS)
    }
                    FROM old_rows AS was LEFT JOIN new_rows AS now_is ON {_same("now_is")} OFFSET 0
                ) AS pair
                GROUP BY {", ".join(CAMPAIGN)}
            ), {_added_up()}, restated AS (
                {
        _restate(f'''
                    SELECT {", ".join(ACCOUNT)}, slice AS superseded_by, rows,
                           {", ".join(f"{name}_apart AS {name}" for name in APART)}
                    FROM moved WHERE rows > 0
                ''')
    }
            )
    """


def _arrived() -> str:
    same = " AND ".join(f"was.{name} = now_is.{name}" for name in (*KEY, "campaign_id", "currency"))
    return f"""
            WITH moved AS MATERIALIZED (
                SELECT {", ".join(CAMPAIGN)}, count(*) AS ads, {", ".join(f"sum({name}) AS {name}" for name in COUNTS)}
                FROM new_rows AS now_is WHERE NOT EXISTS (SELECT FROM old_rows AS was WHERE {same})
                GROUP BY {", ".join(CAMPAIGN)}
            ), {_added_up()}
    """


def _added_up() -> str:
    """`moved` put to the sums, and no day's digest trusted whose rows changed."""
    sums = ", ".join(f"sum({name}) AS {name}" for name in SUMS)
    added = ", ".join(f"{name} = kept.{name} + excluded.{name}" for name in SUMS)
    parts = [
        f"""
            to_{table} AS (
                INSERT INTO adflux.{table} AS kept ({", ".join(key)}, {", ".join(SUMS)})
                SELECT {", ".join(key)}, {sums} FROM moved GROUP BY {", ".join(key)}
                ON CONFLICT ({", ".join(key)}) DO UPDATE SET {added}
            )
        """
        for table, key in (("campaign_day", CAMPAIGN), ("campaign_total", TOTAL), ("account_day", ACCOUNT))
    ]
    forgotten = """
            forgotten AS (
                UPDATE adflux.day_reading SET digest = NULL
                WHERE digest IS NOT NULL
                  AND (platform, account_id, date_day) IN (SELECT platform, account_id, date_day FROM moved)
            )
    """
    return ", ".join([*parts, forgotten])


def _again() -> str:
    """Changed again within the transaction: what stood in between was never believed.

    So it takes back its step and makes that of the last.
    """
    steps = ", ".join(f"{_apart('now_is', name)} - {_apart('before', name)} AS {name}" for name in APART)
    return _restate(f"""
        SELECT {", ".join(f"was.{name}" for name in ACCOUNT)}, was.superseded_by, 0 AS rows, {steps}
        FROM adflux.ad_metrics_revision AS was LEFT JOIN new_rows AS now_is ON {_same("now_is")}
        JOIN old_rows AS before ON {_same("before")} AND before.as_of = instant
        WHERE was.superseded_at = instant
    """)


def _restate(steps: str) -> str:
    """Add how far rows went, each by a slice, to the sums of the day and of its age when that slice read it."""
    added = ", ".join(f"{name} = kept.{name} + excluded.{name}" for name in ("rows", *APART))
    return f"""
        INSERT INTO adflux.restated_day AS kept ({", ".join(RESTATED)}, rows, {", ".join(APART)})
        SELECT date_day, platform, account_id, currency, read_on - date_day AS age, sum(rows),
               {", ".join(f"sum({name})" for name in APART)}
        FROM ({steps}) AS step
        JOIN (SELECT id, read_on FROM adflux.metrics_slice) AS slice ON slice.id = superseded_by
        GROUP BY {", ".join(RESTATED)}
        ON CONFLICT ({", ".join(RESTATED)}) DO UPDATE SET {added}
    """


def _same(other: str) -> str:
    return " AND ".join(f"{other}.{name} = was.{name}" for name in KEY)


def _apart(row: str, name: str) -> str:
    """How far the number of `row` is from what it was; all of it where the row, or its currency, is gone."""
    return f"abs(CASE WHEN {row}.currency = was.currency THEN {row}.{name} ELSE 0 END - was.{name})"
