"""Campaigns: where each publication stands, its budget, and its numbers since it began."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from adflux_core.money import Money
from adflux_core.reports.asking import ask
from adflux_core.reports.attention import DISAPPROVED
from adflux_core.reports.performance import Day


@dataclass(frozen=True)
class Campaign:
    """A publication with its money and numbers. `days_read` of `days_run` so far rest on complete windows."""

    publication_id: int
    posting_id: int
    title: str
    company: str | None
    place: str | None
    platform: str
    account_id: str
    campaign_id: str | None  # the platform's id; None until it is created there
    state: str
    desired_state: str
    detail: str
    effective_status: str
    disapproved: bool  # by the platform's review, as far as its status says
    currency: str
    budget: Decimal
    starts_at: datetime
    ends_at: datetime
    spend: Decimal | None
    impressions: int | None
    clicks: int | None
    link_clicks: int | None
    applications: Decimal | None
    cost_per_application: Decimal | None
    days_run: int
    days_read: int
    read_at: datetime | None
    slice_id: int | None
    converged_at: datetime | None


def campaigns() -> list[Campaign]:
    """Every publication with its budget and its numbers since it began; newest first.

    No row of a campaign means zero only when all its days so far were read completely; else None.
    """
    return _asked(None)


def _asked(publication_id: int | None) -> list[Campaign]:
    return ask(
        _campaign,
        """
            WITH planned AS (
                SELECT plan_id, posting_id, platform, account_id, currency, budget_minor, first_day, last_day,
                       starts_at, ends_at
                FROM adflux.plan_item
            ), read AS MATERIALIZED (
                SELECT platform, account_id, days, upper(days) - 1 AS last_day, newest.read_at,
                       newest.id AS slice_id
                FROM adflux.account_reading AS account
                CROSS JOIN LATERAL (
                    SELECT read_at, id FROM adflux.metrics_slice AS slice
                    WHERE complete AND slice.platform = account.platform
                      AND slice.account_id = account.account_id
                    ORDER BY read_at DESC, id DESC LIMIT 1
                ) AS newest
            )
            SELECT publication.id AS publication_id, publication.posting_id, title, company,
                   coalesce(city, region, posting.country, place) AS place,
                   publication.platform, planned.account_id, object.external_id AS campaign_id, state,
                   desired_state, detail, effective_status, planned.currency, budget_minor,
                   effective_status ~* :disapproved AS disapproved, starts_at, ends_at, converged_at,
                   spend, impressions, clicks, link_clicks, applications,
                   greatest(run.last_day - first_day + 1, 0) AS days_run,
                   CASE WHEN run.last_day >= first_day THEN (
                       SELECT coalesce(sum(upper(run_of) - lower(run_of)), 0) FROM unnest(
                           read.days * datemultirange(daterange(first_day, run.last_day, '[]'))
                       ) AS run_of
                   ) ELSE 0 END AS days_read,
                   read.read_at, read.slice_id
            FROM adflux.publication
            JOIN planned USING (plan_id, posting_id, platform)
            JOIN adflux.posting ON posting.id = publication.posting_id
            LEFT JOIN LATERAL (
                SELECT external_id FROM adflux.platform_object
                WHERE publication_id = publication.id AND kind = 'campaign' ORDER BY ordinal LIMIT 1
            ) AS object ON true
            LEFT JOIN read ON read.platform = publication.platform AND read.account_id = planned.account_id
            CROSS JOIN LATERAL (
                SELECT least(planned.last_day, coalesce(read.last_day, first_day - 1)) AS last_day
            ) AS run
            LEFT JOIN adflux.campaign_total AS counted
              ON counted.platform = publication.platform AND counted.account_id = planned.account_id
             AND counted.campaign_id = object.external_id AND counted.currency = planned.currency
            WHERE CAST(:publication_id AS bigint) IS NULL OR publication.id = :publication_id
            ORDER BY publication.id DESC
        """,
        disapproved=DISAPPROVED,
        publication_id=publication_id,
    )


def campaign_days(publication_id: int) -> list[Day]:
    """The campaign's days from its start to the last day read or its end; days not read are None."""
    found = _asked(publication_id)
    if not found or found[0].campaign_id is None or found[0].days_run == 0:
        return []
    campaign = found[0]
    return ask(
        Day,
        """
            SELECT day::date AS date_day, :platform AS platform, :account AS account_id, '' AS account_name,
                   :currency AS currency, slice_id, read_at,
                   CASE WHEN slice_id > 0 THEN coalesce(metrics.spend, 0) END AS spend,
                   CASE WHEN slice_id > 0 THEN coalesce(impressions, 0) END AS impressions,
                   CASE WHEN slice_id > 0 THEN coalesce(clicks, 0) END AS clicks,
                   CASE WHEN slice_id > 0 THEN coalesce(link_clicks, 0) END AS link_clicks,
                   CASE WHEN slice_id > 0 THEN coalesce(applications, 0) END AS applications,
                   read_on - day::date >= (SELECT coalesce(learned_days, stated_days)
                                           FROM adflux.metrics_settling WHERE platform = :platform) AS settled
            FROM generate_series(CAST(:since AS date), CAST(:since AS date) + CAST(:days AS int) - 1,
                                 interval '1 day') AS day
            LEFT JOIN adflux.day_reading AS reading
              ON reading.platform = :platform AND reading.account_id = :account
             AND reading.date_day = day::date
            LEFT JOIN adflux.campaign_day AS metrics
              ON metrics.platform = :platform AND metrics.account_id = :account
             AND metrics.date_day = day::date AND metrics.campaign_id = :campaign
             AND metrics.currency = :currency
            ORDER BY day
        """,
        platform=campaign.platform,
        account=campaign.account_id,
        currency=campaign.currency,
        campaign=campaign.campaign_id,
        since=_first_day(campaign),
        days=campaign.days_run,
    )


def _campaign(**found: Any) -> Campaign:
    budget = Money(currency=found.pop("currency"), minor=found.pop("budget_minor"))
    starts_at, ends_at = (datetime.fromisoformat(found.pop(name)) for name in ("starts_at", "ends_at"))
    counts = ("spend", "impressions", "clicks", "link_clicks", "applications")
    if found["campaign_id"] is None:
        found |= dict.fromkeys(counts)
    elif found["spend"] is None and found["days_read"] == found["days_run"] > 0:
        found |= {name: Decimal(0) if name in {"spend", "applications"} else 0 for name in counts}
    found["days_read"] = found["days_read"] or 0
    spend, applications = found["spend"], found["applications"]
    cost = round(spend / applications, 3) if spend is not None and applications else None
    return Campaign(
        **found,
        budget=budget.amount,
        currency=budget.currency,
        starts_at=starts_at,
        ends_at=ends_at,
        cost_per_application=cost,
    )


def _first_day(campaign: Campaign) -> date:
    return campaign.starts_at.date()  # its own offset: the account's calendar
