"""A platform that could not be read leaves a receipt; it says nothing against the days it was asked for."""

from __future__ import annotations

from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.execute("ALTER TABLE adflux.metrics_slice ADD COLUMN answered boolean DEFAULT true NOT NULL")
    # As before, but for `tried`, which counts only slices that the platform answered.
    op.execute("""
        CREATE OR REPLACE VIEW adflux.metrics_gap AS
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
                WHERE answered AND NOT complete AND slice.platform = missing.platform
                  AND slice.account_id = missing.account_id AND date_day BETWEEN since AND until) AS tried
        FROM missing
    """)
