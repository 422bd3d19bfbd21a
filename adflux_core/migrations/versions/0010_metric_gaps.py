"""When each platform's numbers settle, and which days should have been read and were not."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    _settling()
    _gaps()


def _settling() -> None:
    op.execute("""
        CREATE TABLE adflux.metrics_settling (
            platform text NOT NULL,
            stated_days bigint NOT NULL,
            learned_days bigint,
            rows_observed bigint DEFAULT 0 NOT NULL,
            learned_at timestamptz,
            CONSTRAINT pk_metrics_settling PRIMARY KEY (platform)
        )
    """)
    # Meta: numbers "do not change after 28 days of being reported". Google: conversions up to 90 days later.
    op.execute("""
        INSERT INTO adflux.metrics_settling (platform, stated_days) VALUES ('meta', 28), ('google_ads', 90)
    """)


def _gaps() -> None:
    # From the first day to the last that a slice of the account ever asked for. `tried`: how many slices
    # that hold the day were not complete. The account's today is the last day on which it was read.
    op.execute("""
        CREATE VIEW adflux.metrics_gap AS
        WITH account AS (
            SELECT platform, account_id, min(since) AS first, max(until) AS last, max(read_on) AS today
            FROM adflux.metrics_slice GROUP BY platform, account_id
        ), expected AS (
            SELECT platform, account_id, day::date AS date_day, today,
                   coalesce(learned_days, stated_days, 90) AS settles_after
            FROM account LEFT JOIN adflux.metrics_settling USING (platform),
                 generate_series(first, last, interval '1 day') AS day
        ), missing AS (
            SELECT platform, account_id, date_day, 'unread' AS why
            FROM expected LEFT JOIN adflux.day_reading USING (platform, account_id, date_day)
            WHERE slice_id IS NULL
            UNION ALL
            SELECT platform, account_id, date_day, 'unsettled'
            FROM expected JOIN adflux.day_reading USING (platform, account_id, date_day)
            JOIN adflux.metrics_slice AS slice USING (platform, account_id)
            WHERE slice.id = slice_id AND read_on - date_day < settles_after AND today - date_day > settles_after
        )
        SELECT platform, account_id, date_day, why,
               (SELECT count(*) FROM adflux.metrics_slice AS slice
                WHERE NOT complete AND slice.platform = missing.platform
                  AND slice.account_id = missing.account_id AND date_day BETWEEN since AND until) AS tried
        FROM missing
    """)
