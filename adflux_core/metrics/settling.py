"""When a platform's numbers no longer move: what it states, until its own revisions have shown better."""

from __future__ import annotations

from sqlalchemy import text

from adflux_core import database
from adflux_core.advertising import PlatformName

ENOUGH_ROWS, ENOUGH_DAYS = 200, 14
QUIET = 0.99  # of the rows that moved at all


def learn_settling(platform: PlatformName) -> int | None:
    """Learn from the revisions, and keep, after how many days the platform's numbers no longer move.

    That is the age by which 99 % of the rows that ever moved had moved for the last time. Only days count
    that were read again when the platform says they have settled: younger ones may still move, and what was
    never looked at again did not stand still. None, and the platform's own word holds, until 200 such rows
    of 14 days were seen. An age is that of the day when the slice that moved the row was read.
    """
    with database.connection() as connected:
        learned: int | None = connected.execute(
            text("""
                WITH looked_at AS (
                    SELECT day.platform, day.account_id, date_day
                    FROM adflux.day_reading AS day
                    JOIN adflux.metrics_settling AS settling ON settling.platform = day.platform
                    WHERE day.platform = :platform AND read_on - date_day >= stated_days
                ), moved AS (
                    SELECT date_day, max(slice.read_on - date_day) AS age
                    FROM adflux.ad_metrics_revision AS revision
                    JOIN looked_at USING (platform, account_id, date_day)
                    JOIN adflux.metrics_slice AS slice ON slice.id = superseded_by
                    GROUP BY revision.platform, revision.account_id, date_day, ad_id
                ), seen AS (
                    SELECT count(*) AS rows_observed, count(DISTINCT date_day) AS days,
                           percentile_disc(:quiet) WITHIN GROUP (ORDER BY age) AS age
                    FROM moved
                )
                UPDATE adflux.metrics_settling
                SET learned_days = CASE WHEN seen.rows_observed >= :rows AND days >= :days THEN age END,
                    rows_observed = seen.rows_observed, learned_at = now()
                FROM seen WHERE platform = :platform RETURNING learned_days
            """),
            {"platform": platform, "quiet": QUIET, "rows": ENOUGH_ROWS, "days": ENOUGH_DAYS},
        ).scalar()
    return learned
