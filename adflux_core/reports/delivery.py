"""What ads delivered, in one vocabulary for every platform, as it was believed at an instant.

The names are those the field uses across platforms: date_day, platform, account_id, campaign_id, ad_group_id,
ad_id, impressions, clicks, spend.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from adflux_core.reports.asking import ask


@dataclass(frozen=True)
class Pinned:
    """A window of days, and the instant whose beliefs are asked for. `pin` gives a closed one."""

    since: date
    until: date
    as_of: datetime


@dataclass(frozen=True)
class CampaignDelivery:
    """One campaign on one day. `campaign_name`: as approved; None when it was not made here."""

    date_day: date
    platform: str
    account_id: str
    campaign_id: str
    campaign_name: str | None
    currency: str
    impressions: int
    clicks: int
    link_clicks: int
    spend: Decimal
    applications: Decimal


@dataclass(frozen=True)
class AdDelivery:
    """One ad on one day, the slice that said so, and since when that is believed."""

    date_day: date
    platform: str
    account_id: str
    campaign_id: str
    ad_group_id: str
    ad_id: str
    currency: str
    impressions: int
    clicks: int
    link_clicks: int
    spend: Decimal
    applications: Decimal
    slice_id: int
    as_of: datetime


@dataclass(frozen=True)
class Change:
    """How one campaign's day came to differ from the report before, and by how much (now − then).

    `why`: restated, vanished, late_row (the day was read then, the ad was not in it), gap_healed (the day was
    not read then); new_day and left_window: in this report only, in that one only.
    """

    platform: str
    account_id: str
    campaign_id: str
    date_day: date
    currency: str
    why: str
    rows: int
    impressions: int
    clicks: int
    link_clicks: int
    spend: Decimal
    applications: Decimal


@dataclass(frozen=True)
class Moved:
    """All that changed in one currency for one reason."""

    currency: str
    why: str
    rows: int
    days: int
    impressions: int
    clicks: int
    spend: Decimal
    applications: Decimal


WHYS = ("restated", "late_row", "vanished", "gap_healed", "new_day", "left_window")
COUNTS = ("impressions", "clicks", "link_clicks", "spend", "applications")
DIFFERENCE = "coalesce(now_is.{0}, 0) - coalesce(was.{0}, 0) AS {0}"
# The same on every machine, whatever its database sorts by.
IN_ORDER = 'date_day, platform COLLATE "C", account_id COLLATE "C", campaign_id COLLATE "C"'


def campaign_delivery(asked: Pinned) -> list[CampaignDelivery]:
    """Every campaign's day that has numbers, by day."""
    return ask(
        CampaignDelivery,
        f"""
            WITH delivered AS MATERIALIZED (
                SELECT date_day, platform, account_id, campaign_id, currency,
                       sum(impressions)::bigint AS impressions, sum(clicks)::bigint AS clicks,
                       sum(link_clicks)::bigint AS link_clicks, sum(spend) AS spend,
                       sum(applications) AS applications
                FROM adflux.ad_metrics_as_of(:as_of) WHERE date_day BETWEEN :since AND :until
                GROUP BY date_day, platform, account_id, campaign_id, currency
            ), named AS (
                SELECT publication.platform, external_id AS campaign_id,
                       spec::jsonb ->> 'name' AS campaign_name
                FROM adflux.platform_object
                JOIN adflux.publication ON publication.id = publication_id
                JOIN adflux.plan_item USING (plan_id, posting_id, platform)
                WHERE kind = 'campaign' AND publication.created_at <= :as_of
                  AND (publication.platform, external_id) IN (SELECT platform, campaign_id FROM delivered)
            )
            SELECT date_day, platform, account_id, campaign_id, campaign_name, currency, {", ".join(COUNTS)}
            FROM delivered LEFT JOIN named USING (platform, campaign_id)
            ORDER BY {IN_ORDER}, currency COLLATE "C"
        """,  # noqa: S608 - constants of this module
        **vars(asked),
    )


def ad_delivery(asked: Pinned) -> list[AdDelivery]:
    """Every ad's day that has numbers, by day."""
    return ask(
        AdDelivery,
        f"""
            SELECT date_day, platform, account_id, campaign_id, ad_group_id, ad_id, currency,
                   {", ".join(COUNTS)}, slice_id, as_of
            FROM adflux.ad_metrics_as_of(:as_of) WHERE date_day BETWEEN :since AND :until
            ORDER BY {IN_ORDER}, ad_id COLLATE "C"
        """,  # noqa: S608 - constants of this module
        **vars(asked),
    )


def changes(then: Pinned, now: Pinned) -> list[Change]:
    """Why `now` says something else than `then` did; what `then` said + all of it = what `now` says.

    Days of both windows are compared as believed then and now, ad by ad; so are days that left the window,
    which then leave with what is believed of them now.
    """
    return ask(
        Change,
        f"""
            WITH was AS MATERIALIZED (
                SELECT * FROM adflux.ad_metrics_as_of(:then_as_of)
                WHERE date_day BETWEEN :then_since AND :then_until
            ), now_is AS MATERIALIZED (
                SELECT * FROM adflux.ad_metrics_as_of(:as_of)
                WHERE date_day BETWEEN least(CAST(:since AS date), CAST(:then_since AS date))
                                   AND greatest(CAST(:until AS date), CAST(:then_until AS date))
            ), was_read AS (
                SELECT DISTINCT platform, account_id, day::date AS date_day
                FROM adflux.metrics_slice,
                     generate_series(greatest(since, :then_since), least(until, :then_until), '1 day') AS day
                WHERE complete AND read_at <= :then_as_of
            ), compared AS (
                SELECT platform, account_id, date_day, currency,
                       coalesce(now_is.campaign_id, was.campaign_id) AS campaign_id,
                       CASE WHEN now_is.ad_id IS NULL THEN 'vanished'
                            WHEN was.ad_id IS NOT NULL THEN 'restated'
                            WHEN was_read.date_day IS NOT NULL THEN 'late_row'
                            ELSE 'gap_healed' END AS why,
                       {", ".join(map(DIFFERENCE.format, COUNTS))}
                FROM was
                FULL JOIN (SELECT * FROM now_is WHERE date_day BETWEEN :then_since AND :then_until) AS now_is
                  USING (platform, account_id, date_day, ad_id, currency)
                LEFT JOIN was_read USING (platform, account_id, date_day)
                WHERE ({", ".join(f"now_is.{name}" for name in COUNTS)})
                      IS DISTINCT FROM ({", ".join(f"was.{name}" for name in COUNTS)})
            ), moved AS (
                SELECT platform, account_id, date_day, currency, campaign_id, 'new_day' AS why,
                       {", ".join(COUNTS)}
                FROM now_is WHERE date_day BETWEEN :since AND :until
                              AND date_day NOT BETWEEN :then_since AND :then_until
                UNION ALL
                SELECT platform, account_id, date_day, currency, campaign_id, 'left_window',
                       {", ".join(f"-{name}" for name in COUNTS)}
                FROM now_is WHERE date_day NOT BETWEEN :since AND :until
                              AND date_day BETWEEN :then_since AND :then_until
                UNION ALL
                SELECT platform, account_id, date_day, currency, campaign_id, why, {", ".join(COUNTS)}
                FROM compared
            )
            SELECT platform, account_id, campaign_id, date_day, currency, why, count(*) AS rows,
                   sum(impressions)::bigint AS impressions, sum(clicks)::bigint AS clicks,
                   sum(link_clicks)::bigint AS link_clicks, sum(spend) AS spend,
                   sum(applications) AS applications
            FROM moved GROUP BY platform, account_id, campaign_id, date_day, currency, why
            ORDER BY {IN_ORDER}, currency COLLATE "C", why COLLATE "C"
        """,  # noqa: S608 - constants of this module
        **vars(now),
        then_since=then.since,
        then_until=then.until,
        then_as_of=then.as_of,
    )


def moved(changes: Sequence[Change]) -> list[Moved]:
    """Their sums by currency and reason, in the order of `WHYS`."""
    sums = []
    for currency in sorted({one.currency for one in changes}):
        for why in WHYS:
            alike = [one for one in changes if (one.currency, one.why) == (currency, why)]
            if alike:
                sums.append(
                    Moved(
                        currency=currency,
                        why=why,
                        rows=sum(one.rows for one in alike),
                        days=len({one.date_day for one in alike}),
                        impressions=sum(one.impressions for one in alike),
                        clicks=sum(one.clicks for one in alike),
                        spend=sum((one.spend for one in alike), Decimal(0)),
                        applications=sum((one.applications for one in alike), Decimal(0)),
                    )
                )
    return sums
