"""How far the numbers can be trusted: what was read last, what is missing, how much they move afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from adflux_core.reports.asking import ask

LOOKED_BACK = 90  # days before the newest: the longest that a platform restates


@dataclass(frozen=True)
class AccountHealth:
    """One account as it stands. Days are of the last 90 that were read.

    `good_slice_id`: the last complete reading; `reason`: why days that were asked for are missing, or empty.
    `days_healed`: days of readings that failed which were read completely since. `unsettled_share`: of the
    spend. `settles_after`: days; `learned`: from its own revisions, else as the platform states.
    """

    platform: str
    account_id: str
    account_name: str
    currency: str
    good_slice_id: int | None
    good_read_at: datetime | None
    last_day: date | None
    reason: str
    days_unread: int
    days_unsettled: int
    days_healed: int
    unsettled_share: Decimal | None
    settles_after: int
    learned: bool


@dataclass(frozen=True)
class Hole:
    """Days of one account that should have been read. `why`: unread, or unsettled (read before they settled).

    `tried`: how many readings of them failed, at most.
    """

    platform: str
    account_id: str
    why: str
    first: date
    last: date
    days: int
    tried: int


@dataclass(frozen=True)
class Restated:
    """How much of a platform's numbers moved when they were read `age` days after the day, as shares.

    Each is the sum of all changes, up and down, over what stands; None where nothing stands.
    """

    platform: str
    currency: str
    age: int
    rows: int
    spend: Decimal | None
    clicks: Decimal | None
    impressions: Decimal | None
    applications: Decimal | None


@dataclass(frozen=True)
class Pulse:
    """When scheduled work was last done to its end."""

    work: str
    beat_at: datetime


@dataclass(frozen=True)
class UnknownShape:
    """Something in a platform's replies with numbers that nobody asked for, and how often it came."""

    platform: str
    account_id: str
    place: str
    name: str
    example: str
    times: int
    first_at: datetime
    last_at: datetime


def account_health() -> list[AccountHealth]:
    """Every account that was ever read from."""
    return ask(
        AccountHealth,
        """
            WITH account AS (
                SELECT platform, account_id, last.currency
                FROM adflux.account_reading AS reading CROSS JOIN LATERAL (
                    SELECT currency FROM adflux.metrics_slice AS slice
                    WHERE slice.platform = reading.platform AND slice.account_id = reading.account_id
                    ORDER BY read_at DESC, id DESC LIMIT 1
                ) AS last
            ), newest AS (
                SELECT platform, account_id, upper(days) - 1 AS last_day FROM adflux.account_reading
            ), settles AS MATERIALIZED (
                SELECT platform, adflux.settles_after(platform, 'infinity') AS after
                FROM (SELECT DISTINCT platform FROM newest) AS platforms
            ), hole AS (
                SELECT platform, account_id, count(*) FILTER (WHERE why = 'unread') AS unread,
                       count(*) FILTER (WHERE why = 'unsettled') AS unsettled
                FROM adflux.metrics_gap GROUP BY platform, account_id
            ), healed AS (
                SELECT failed.platform, failed.account_id, count(DISTINCT date_day) AS days
                FROM adflux.metrics_slice AS failed
                JOIN adflux.day_reading AS day ON day.platform = failed.platform
                 AND day.account_id = failed.account_id AND date_day BETWEEN failed.since AND failed.until
                WHERE NOT failed.complete AND day.read_at > failed.read_at
                GROUP BY failed.platform, failed.account_id
            ), lately AS MATERIALIZED (
                SELECT platform, account_id, currency, date_day, read_on
                FROM newest JOIN adflux.day_reading USING (platform, account_id)
                WHERE date_day > last_day - CAST(:looked_back AS int)
            ), spent AS (
                SELECT platform, account_id, sum(spend) AS spend,
                       sum(spend) FILTER (WHERE read_on - date_day < after) AS unsettled
                FROM lately JOIN settles USING (platform)
                JOIN adflux.account_day AS sums USING (platform, account_id, currency, date_day)
                GROUP BY platform, account_id
            )
            SELECT account.platform, account.account_id, coalesce(ad_account.name, '') AS account_name,
                   account.currency, good.id AS good_slice_id, good.read_at AS good_read_at, last_day,
                   coalesce(failed.reason, '') AS reason, coalesce(unread, 0) AS days_unread,
                   coalesce(hole.unsettled, 0) AS days_unsettled, coalesce(days, 0) AS days_healed,
                   round(coalesce(spent.unsettled, 0) / nullif(spend, 0), 3) AS unsettled_share,
                   adflux.settles_after(account.platform, 'infinity') AS settles_after,
                   coalesce(learned_days IS NOT NULL, false) AS learned
            FROM account
            LEFT JOIN adflux.failed_reading AS failed USING (platform, account_id)
            LEFT JOIN newest USING (platform, account_id) LEFT JOIN hole USING (platform, account_id)
            LEFT JOIN healed USING (platform, account_id) LEFT JOIN spent USING (platform, account_id)
            LEFT JOIN adflux.metrics_settling AS settling ON settling.platform = account.platform
            LEFT JOIN adflux.ad_account AS ad_account
              ON ad_account.platform = account.platform AND external_id = account.account_id
            LEFT JOIN LATERAL (
                SELECT id, read_at FROM adflux.metrics_slice AS slice
                WHERE complete AND slice.platform = account.platform AND slice.account_id = account.account_id
                ORDER BY read_at DESC, id DESC LIMIT 1
            ) AS good ON true
            ORDER BY account.platform, account.account_id
        """,
        looked_back=LOOKED_BACK,
    )


def holes() -> list[Hole]:
    """Consecutive days that are missing for the same reason, newest first."""
    return ask(
        Hole,
        """
            SELECT platform, account_id, why, min(date_day) AS first, max(date_day) AS last,
                   count(*) AS days, max(tried) AS tried
            FROM (SELECT *, date_day - row_number() OVER (PARTITION BY platform, account_id, why
                                                          ORDER BY date_day)::int AS run
                  FROM adflux.metrics_gap) AS numbered
            GROUP BY platform, account_id, why, run ORDER BY last DESC, platform, account_id, why
        """,
    )


def unknown_shapes() -> list[UnknownShape]:
    """What was set aside, the newest first."""
    return ask(
        UnknownShape,
        """
            SELECT platform, account_id, place, name, example, times, first_at, last_at
            FROM adflux.unknown_shape ORDER BY last_at DESC, platform, account_id, place, name LIMIT 200
        """,
    )


def restatement() -> list[Restated]:
    """By platform and age, from the revisions of the last 90 days that were read."""
    return ask(
        Restated,
        """
            WITH since AS (
                SELECT max(upper(days)) - 1 - CAST(:looked_back AS int) AS day FROM adflux.account_reading
            ),
            stands AS (
                SELECT platform, currency, sum(impressions) AS impressions, sum(clicks) AS clicks,
                       sum(spend) AS spend, sum(applications) AS applications
                FROM adflux.account_day WHERE date_day > (SELECT day FROM since) GROUP BY platform, currency
            ), step AS (
                SELECT platform, currency, age, sum(rows)::bigint AS rows, sum(spend) AS spend,
                       sum(clicks) AS clicks, sum(impressions) AS impressions,
                       sum(applications) AS applications
                FROM adflux.restated_day WHERE date_day > (SELECT day FROM since)
                GROUP BY platform, currency, age
            )
            SELECT step.platform, step.currency, age, rows,
                   round(step.spend / nullif(stands.spend, 0), 6) AS spend,
                   round(step.clicks / nullif(stands.clicks, 0), 6) AS clicks,
                   round(step.impressions / nullif(stands.impressions, 0), 6) AS impressions,
                   round(step.applications / nullif(stands.applications, 0), 6) AS applications
            FROM step LEFT JOIN stands ON stands.platform = step.platform AND stands.currency = step.currency
            ORDER BY step.platform, step.currency, age
        """,
        looked_back=LOOKED_BACK,
    )


def pulses() -> list[Pulse]:
    """What was done last, by name."""
    return ask(Pulse, "SELECT work, beat_at FROM adflux.heartbeat ORDER BY work")
