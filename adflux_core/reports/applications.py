"""What applications cost, by what they are asked by; the platform's truth beside our own.

Counted from the systems' files since each campaign began. What was not read is None: the platform's numbers
before its days were, ours before any file of applications was imported.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from adflux_core.reports.asking import ask

By = Literal["campaign", "posting", "platform", "segment"]


@dataclass(frozen=True)
class ApplicationCosts:
    """One campaign, posting, platform or segment in one currency; the fields of what it is not are None.

    Of a segment all campaigns whose plan speaks to it, in whichever version; without a name: those to none.

    `reported` is the platform's number, and so is the cost of it; all others are what the systems saw, each
    step with those that came further. A cost without anybody to divide by is None.
    """

    publication_id: int | None
    posting_id: int | None
    title: str | None
    platform: str | None
    segment_id: int | None
    name_es: str | None
    name_en: str | None
    currency: str
    campaigns: int
    spend: Decimal | None
    reported: Decimal | None
    started: int | None
    submitted: int | None
    qualified: int | None
    interview: int | None
    hired: int | None
    cost_per_reported: Decimal | None
    cost_per_submitted: Decimal | None
    cost_per_qualified: Decimal | None
    cost_per_hire: Decimal | None


@dataclass(frozen=True)
class AdCosts:
    """One ad of a campaign, as `ApplicationCosts` has it."""

    ad_id: str
    currency: str
    spend: Decimal | None
    reported: Decimal | None
    submitted: int | None
    qualified: int | None
    hired: int | None
    cost_per_reported: Decimal | None
    cost_per_submitted: Decimal | None
    cost_per_qualified: Decimal | None
    cost_per_hire: Decimal | None


STEPS = "ARRAY['started', 'submitted', 'qualified', 'interview', 'hired']"
# How far the applications of a publication came, each step with those that came further.
SEEN = f"""
    SELECT sum(applications)::bigint AS started,
           coalesce(sum(applications) FILTER (WHERE place >= 2), 0)::bigint AS submitted,
           coalesce(sum(applications) FILTER (WHERE place >= 3), 0)::bigint AS qualified,
           coalesce(sum(applications) FILTER (WHERE place >= 4), 0)::bigint AS interview,
           coalesce(sum(applications) FILTER (WHERE place >= 5), 0)::bigint AS hired
    FROM (SELECT *, array_position({STEPS}, furthest) AS place FROM adflux.application_count
          WHERE reason = '') AS counted
"""  # noqa: S608 - constants of this module
# Every campaign with its spend. `is_read` says whether each of its days so far was read; it is NULL, which no
# sum minds, for a campaign that is not on its platform or has not begun.
CAMPAIGNS = """
    WITH imported AS (
        SELECT EXISTS (SELECT FROM adflux.import_receipt WHERE subject = 'applications') AS any_file
    ), read AS (
        SELECT platform, account_id, upper(days) - 1 AS newest, days FROM adflux.account_reading
    ), known AS (
        SELECT publication.id AS publication_id, publication.posting_id, publication.plan_id,
               publication.platform, item.account_id, item.currency, object.external_id AS campaign_id,
               item.first_day, least(item.last_day, newest) AS last_day, days
        FROM adflux.publication
        JOIN adflux.plan_item AS item USING (plan_id, posting_id, platform)
        LEFT JOIN adflux.platform_object AS object
          ON object.publication_id = publication.id AND object.kind = 'campaign' AND object.ordinal = 0
        LEFT JOIN read ON read.platform = publication.platform AND read.account_id = item.account_id
    ), campaign AS (
        SELECT known.*, title,
               CASE WHEN known.campaign_id IS NOT NULL AND last_day >= first_day
                    THEN days @> daterange(first_day, last_day, '[]') END AS is_read,
               total.spend, total.applications
        FROM known JOIN adflux.posting ON posting.id = posting_id
        LEFT JOIN adflux.campaign_total AS total
          ON total.platform = known.platform AND total.account_id = known.account_id
         AND total.campaign_id = known.campaign_id AND total.currency = known.currency
    )
"""
COUNTED = ", ".join(
    f"CASE WHEN any_file THEN coalesce(sum(seen.{step}), 0)::bigint END AS {step}"
    for step in ("started", "submitted", "qualified", "interview", "hired")
)
# A sum is known when each of its parts is.
PAID = """
    CASE WHEN bool_and(is_read) THEN coalesce(sum(spend), 0) END AS spend,
    CASE WHEN bool_and(is_read) THEN coalesce(sum(applications), 0) END AS reported
"""
COSTS = ", ".join(
    f"round(spend / nullif({counted}, 0), 3) AS {cost}"
    for counted, cost in (
        ("reported", "cost_per_reported"),
        ("submitted", "cost_per_submitted"),
        ("qualified", "cost_per_qualified"),
        ("hired", "cost_per_hire"),
    )
)
GROUPED = {
    "campaign": "publication_id, posting_id, title, platform",
    "posting": "posting_id, title",
    "platform": "platform",
    "segment": "segment_id, name_es, name_en",
}
ABOUT = {
    "publication_id": "bigint",
    "posting_id": "bigint",
    "title": "text",
    "platform": "text",
    "segment_id": "bigint",
    "name_es": "text",
    "name_en": "text",
}


def application_costs(by: By) -> list[ApplicationCosts]:
    """What applications cost, each currency apart; most spend first."""
    grouped = GROUPED[by].split(", ")
    about = ", ".join(name if name in grouped else f"CAST(NULL AS {ABOUT[name]}) AS {name}" for name in ABOUT)
    return ask(
        ApplicationCosts,
        f"""{CAMPAIGNS}, summed AS (
                SELECT {GROUPED[by]}, currency, count(*) AS campaigns, {PAID}, {COUNTED}
                FROM campaign CROSS JOIN imported
                CROSS JOIN LATERAL (
                    {SEEN} WHERE counted.publication_id = campaign.publication_id
                ) AS seen
                LEFT JOIN adflux.segment_pin USING (plan_id)
                LEFT JOIN (SELECT id AS segment_id, name_es, name_en FROM adflux.segment) AS segment
                    USING (segment_id)
                GROUP BY {GROUPED[by]}, currency, any_file
            )
            SELECT {about}, currency, campaigns, spend, reported, started, submitted, qualified, interview,
                   hired, {COSTS}
            FROM summed ORDER BY currency, spend DESC NULLS LAST, {GROUPED[by]}
        """,  # noqa: S608 - constants of this module
    )


def ad_costs(publication_id: int) -> list[AdCosts]:
    """The same for each ad of one campaign that is on its platform."""
    return ask(
        AdCosts,
        f"""{CAMPAIGNS}, paid AS (
                SELECT ad_id, sum(metrics.spend) AS spend, sum(metrics.applications) AS applications
                FROM campaign JOIN adflux.ad_metrics AS metrics USING (platform, account_id, campaign_id)
                WHERE publication_id = :publication_id AND date_day BETWEEN first_day AND last_day
                  AND metrics.currency = campaign.currency
                GROUP BY ad_id
            ), summed AS (
                SELECT object.external_id AS ad_id, currency,
                       CASE WHEN is_read THEN coalesce(paid.spend, 0) END AS spend,
                       CASE WHEN is_read THEN coalesce(paid.applications, 0) END AS reported,
                       CASE WHEN any_file THEN coalesce(submitted, 0)::bigint END AS submitted,
                       CASE WHEN any_file THEN coalesce(qualified, 0)::bigint END AS qualified,
                       CASE WHEN any_file THEN coalesce(hired, 0)::bigint END AS hired
                FROM campaign CROSS JOIN imported
                JOIN adflux.platform_object AS object USING (publication_id)
                LEFT JOIN paid ON paid.ad_id = object.external_id
                CROSS JOIN LATERAL (
                    {SEEN} WHERE counted.publication_id = campaign.publication_id
                             AND counted.ordinal = object.ordinal
                ) AS seen
                WHERE campaign.publication_id = :publication_id AND object.kind = 'ad'
                  AND object.external_id IS NOT NULL
            )
            SELECT ad_id, currency, spend, reported, submitted, qualified, hired, {COSTS}
            FROM summed ORDER BY ad_id
        """,  # noqa: S608 - constants of this module
        publication_id=publication_id,
    )
