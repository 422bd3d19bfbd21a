"""Daily numbers by platform and account, and the receipts they rest on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from adflux_core.reports.asking import ask


@dataclass(frozen=True)
class Day:
    """One account on one day: None where no complete window was read; `slice_id` is the receipt."""

    date_day: date
    platform: str
    account_id: str
    account_name: str
    currency: str
    spend: Decimal | None
    impressions: int | None
    clicks: int | None
    link_clicks: int | None
    applications: Decimal | None
    slice_id: int | None
    read_at: datetime | None
    settled: bool | None = None  # read at an age at which the platform's numbers no longer move


@dataclass(frozen=True)
class Totals:
    """A period in one currency: the sum of the days that were read, `days_read` of `days_asked`."""

    currency: str
    spend: Decimal | None
    impressions: int | None
    clicks: int | None
    link_clicks: int | None
    applications: Decimal | None
    cost_per_application: Decimal | None  # None without applications
    days_asked: int  # account-days
    days_read: int
    oldest_read_at: datetime | None
    slice_ids: list[int]
    days_settled: int = 0
    unsettled_share: Decimal | None = None  # of the spend: the part that may still move; None without spend


@dataclass(frozen=True)
class PlatformTotals:
    """A period on one platform in one currency, as `Totals` has it."""

    platform: str
    currency: str
    spend: Decimal | None
    impressions: int | None
    clicks: int | None
    applications: Decimal | None
    cost_per_click: Decimal | None  # None without clicks
    cost_per_application: Decimal | None  # None without applications
    days_asked: int
    days_read: int


@dataclass(frozen=True)
class Known:
    """The first and last day that were ever read completely."""

    first: date | None
    last: date | None


@dataclass(frozen=True)
class Slice:
    """The receipt of one reading of one account's window."""

    id: int
    platform: str
    account_id: str
    since: date
    until: date
    read_at: datetime
    rows_read: int
    rows_changed: int
    rows_deleted: int
    pages: int
    spend: Decimal
    currency: str
    complete: bool
    reason: str
    run_id: str  # Prefect's, or empty


@dataclass(frozen=True)
class _Pin:
    at: datetime


@dataclass(frozen=True)
class Account:
    """An ad account by the name its platform gives it."""

    platform: str
    external_id: str
    name: str
    currency: str
    time_zone: str
    read_at: datetime


COUNTS = "spend, impressions, clicks, link_clicks, applications"

# Which slice says what a day was: as it stands, and as it was known at an instant.
READ = """
    SELECT platform, account_id, date_day, currency, slice_id, read_at, read_on
    FROM adflux.day_reading WHERE date_day BETWEEN :since AND :until
"""
READ_AS_OF = """
    SELECT DISTINCT ON (platform, account_id, day)
           platform, account_id, day::date AS date_day, currency, id AS slice_id, read_at, read_on
    FROM adflux.metrics_slice, generate_series(greatest(since, :since), least(until, :until), '1 day') AS day
    WHERE complete AND read_at <= :as_of
    ORDER BY platform, account_id, day, read_at DESC, id DESC
"""
COUNTED = f"""
    SELECT platform, account_id, currency, date_day, {COUNTS} FROM adflux.account_day
    WHERE date_day BETWEEN :since AND :until
"""  # noqa: S608 - constants of this module
COUNTED_AS_OF = """
    SELECT platform, account_id, currency, date_day, sum(spend) AS spend,
           sum(impressions)::bigint AS impressions, sum(clicks)::bigint AS clicks,
           sum(link_clicks)::bigint AS link_clicks, sum(applications) AS applications
    FROM adflux.ad_metrics_as_of(:as_of) WHERE date_day BETWEEN :since AND :until
    GROUP BY platform, account_id, currency, date_day
"""
# After how many days the numbers of each platform no longer move.
SETTLES = """
    SELECT platform, adflux.settles_after(platform, 'infinity') AS after
    FROM (SELECT DISTINCT platform FROM account) AS platforms
"""
SETTLES_AS_OF = SETTLES.replace("'infinity'", ":as_of")


def _daily(as_of: datetime | None) -> str:
    """Every account that was ever read × every day asked for × what the slice that read the day found."""
    return f"""
        WITH account AS (
            SELECT DISTINCT platform, account_id, currency FROM adflux.metrics_slice
            WHERE CAST(:as_of AS timestamptz) IS NULL OR read_at <= :as_of
        ), asked AS (
            SELECT day::date AS date_day
            FROM generate_series(CAST(:since AS date), CAST(:until AS date), interval '1 day') AS day
        ), read AS ({READ_AS_OF if as_of else READ}), counted AS ({COUNTED_AS_OF if as_of else COUNTED}),
        daily AS (
            SELECT asked.date_day, account.platform, account.account_id, account.currency,
                   read.slice_id, read.read_at,
                   read_on - asked.date_day >= settles.after AS settled,
                   CASE WHEN read.slice_id > 0 THEN coalesce(counted.spend, 0) END AS spend,
                   CASE WHEN read.slice_id > 0 THEN coalesce(counted.impressions, 0) END AS impressions,
                   CASE WHEN read.slice_id > 0 THEN coalesce(counted.clicks, 0) END AS clicks,
                   CASE WHEN read.slice_id > 0 THEN coalesce(counted.link_clicks, 0) END AS link_clicks,
                   CASE WHEN read.slice_id > 0 THEN coalesce(counted.applications, 0) END AS applications
            FROM account CROSS JOIN asked
            LEFT JOIN read USING (platform, account_id, currency, date_day)
            LEFT JOIN counted USING (platform, account_id, currency, date_day)
            LEFT JOIN ({SETTLES_AS_OF if as_of else SETTLES}) AS settles USING (platform)
        )
    """  # noqa: S608 - constants of this module


def daily_by_platform(since: date, until: date, *, as_of: datetime | None = None) -> list[Day]:
    """Each day of [since, until] for each account that was ever read; what was not read is None.

    In the order of codes, the same on every server. `as_of`: what was believed at that instant; `pin` gives
    one whose answer never changes.
    """
    return ask(
        Day,
        f"""{_daily(as_of)}
            SELECT date_day, daily.platform, account_id, coalesce(ad_account.name, '') AS account_name,
                   daily.currency, {COUNTS}, slice_id, daily.read_at, settled
            FROM daily
            LEFT JOIN adflux.ad_account AS ad_account
              ON ad_account.platform = daily.platform AND ad_account.external_id = account_id
            ORDER BY daily.currency COLLATE "C", daily.platform COLLATE "C", account_id COLLATE "C", date_day
        """,  # noqa: S608 - constants of this module
        since=since,
        until=until,
        as_of=as_of,
    )


def period_totals(since: date, until: date, *, as_of: datetime | None = None) -> list[Totals]:
    """[since, until] in each currency, never added across currencies; `as_of` as above."""
    return ask(
        Totals,
        f"""{_daily(as_of)}
            SELECT currency, sum(spend) AS spend, sum(impressions)::bigint AS impressions,
                   sum(clicks)::bigint AS clicks, sum(link_clicks)::bigint AS link_clicks,
                   sum(applications) AS applications,
                   round(sum(spend) / nullif(sum(applications), 0), 3) AS cost_per_application,
                   count(*) AS days_asked, count(slice_id) AS days_read, min(read_at) AS oldest_read_at,
                   array_remove(array_agg(DISTINCT slice_id), NULL) AS slice_ids,
                   count(*) FILTER (WHERE settled) AS days_settled,
                   round(sum(spend) FILTER (WHERE NOT settled) / nullif(sum(spend), 0), 3) AS unsettled_share
            FROM daily GROUP BY currency ORDER BY currency
        """,  # noqa: S608 - constants of this module
        since=since,
        until=until,
        as_of=as_of,
    )


def platform_totals(since: date, until: date, *, as_of: datetime | None = None) -> list[PlatformTotals]:
    """[since, until] on each platform in each currency, to be compared side by side; `as_of` as above."""
    return ask(
        PlatformTotals,
        f"""{_daily(as_of)}
            SELECT platform, currency, sum(spend) AS spend, sum(impressions)::bigint AS impressions,
                   sum(clicks)::bigint AS clicks, sum(applications) AS applications,
                   round(sum(spend) / nullif(sum(clicks), 0), 3) AS cost_per_click,
                   round(sum(spend) / nullif(sum(applications), 0), 3) AS cost_per_application,
                   count(*) AS days_asked, count(slice_id) AS days_read
            FROM daily GROUP BY currency, platform ORDER BY currency, platform
        """,  # noqa: S608 - constants of this module
        since=since,
        until=until,
        as_of=as_of,
    )


def pin() -> datetime:
    """An instant up to which history is closed: asked as of it, a question answers the same for ever.

    Waits for the slices that are being written.
    """
    return ask(_Pin, "SELECT adflux.metrics_pin() AS at")[0].at


def days_known(*, as_of: datetime | None = None) -> Known:
    """From when to when anything was read completely; both None before the first reading."""
    return ask(
        Known,
        """
            SELECT min(since) AS first, max(until) AS last FROM adflux.metrics_slice
            WHERE complete AND (CAST(:as_of AS timestamptz) IS NULL OR read_at <= :as_of)
        """,
        as_of=as_of,
    )[0]


SLICE = """
    SELECT id, platform, account_id, since, until, read_at, rows_read, rows_changed, rows_deleted, pages,
           spend, currency, complete, reason, run_id
"""


def slices(*, latest_only: bool = True, limit: int = 100) -> list[Slice]:
    """Receipts, newest first; by default only the latest of each account."""
    return ask(
        Slice,
        f"""{SLICE}
            FROM (
                SELECT *, row_number() OVER (PARTITION BY platform, account_id ORDER BY read_at DESC, id DESC)
                       AS place
                FROM adflux.metrics_slice
            ) AS ranked
            WHERE place = 1 OR NOT :latest_only
            ORDER BY read_at DESC, id DESC LIMIT :limit
        """,  # noqa: S608 - a constant of this module
        latest_only=latest_only,
        limit=limit,
    )


def receipts(slice_ids: Sequence[int]) -> list[Slice]:
    """The receipts of these numbers, by number."""
    sql = f"{SLICE} FROM adflux.metrics_slice WHERE id = ANY(:ids) ORDER BY id"
    return ask(Slice, sql, ids=list(slice_ids))


def accounts() -> list[Account]:
    """Every ad account that was read from its platform."""
    return ask(
        Account,
        """
            SELECT platform, external_id, name, currency, time_zone, read_at
            FROM adflux.ad_account ORDER BY platform, external_id
        """,
    )
