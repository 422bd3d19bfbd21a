"""Applications: how far they came, whose they are, and what they cost; the platform's truth beside our own.

Counted from the systems' files since each campaign began. What was not read is None: the platform's numbers
before its days were, ours before any file of applications was imported.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from adflux_core.reports.asking import ask

By = Literal["campaign", "posting", "platform"]


@dataclass(frozen=True)
class ApplicationCosts:
    """One campaign, posting or platform in one currency; the fields of what it is not are None.

    `reported` is the platform's number, and so is the cost of it; all others are what the systems saw, each
    step with those that came further. A cost without anybody to divide by is None.
    """

    publication_id: int | None
    posting_id: int | None
    title: str | None
    platform: str | None
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


@dataclass(frozen=True)
class FunnelStep:
    """How many applications came at least so far: by platform, or under a reason where none brought them."""

    platform: str | None
    reason: str | None
    step: str
    applications: int


@dataclass(frozen=True)
class Gap:
    """The platform's applications beside those that we saw come through its links, submitted both.

    `before` and `outside` came through its links and do not count; `late` counts, and came later after its
    click than the platform itself looks. `unsettled` of the platform's number may still move. None: not read.
    """

    platform: str
    reported: Decimal | None
    observed: int
    before: int
    outside: int
    late: int
    unsettled: Decimal | None


@dataclass(frozen=True)
class Known:
    """Files of applications so far; `nobodys` are submitted and have no click id that leads to an ad."""

    files: int
    imported_at: datetime | None
    first_at: datetime | None
    last_at: datetime | None
    nobodys: int


# Up to how many days after a click each platform counts an application by default (Meta: 7-day click;
# Google: 30 days).
CLICK_DAYS = {"meta": 7, "google_ads": 30}

STEPS = "ARRAY['started', 'submitted', 'qualified', 'interview', 'hired']"
# Every campaign with its spend. `is_read` says whether each of its days so far was read; it is NULL, which no
# sum minds, for a campaign that is not on its platform or has not begun.
CAMPAIGNS = f"""
    WITH seen AS (
        SELECT publication_id, ordinal,
               count(*) AS started,
               count(*) FILTER (WHERE place >= 2) AS submitted,
               count(*) FILTER (WHERE place >= 3) AS qualified,
               count(*) FILTER (WHERE place >= 4) AS interview,
               count(*) FILTER (WHERE place >= 5) AS hired
        FROM (SELECT *, array_position({STEPS}, furthest) AS place FROM adflux.attributed_application
              WHERE reason IS NULL) AS counted
        GROUP BY GROUPING SETS ((publication_id), (publication_id, ordinal))
    ), imported AS (
        SELECT EXISTS (SELECT FROM adflux.import_receipt WHERE subject = 'applications') AS any_file
    ), known AS (
        SELECT publication.id AS publication_id, publication.posting_id, publication.platform,
               item.account_id, item.currency, object.external_id AS campaign_id, item.first_day,
               least(item.last_day, read.last_day) AS last_day,
               (SELECT count(*) FROM adflux.day_reading AS day
                WHERE day.platform = publication.platform AND day.account_id = item.account_id
                  AND date_day BETWEEN item.first_day AND least(item.last_day, read.last_day)) AS days_read
        FROM adflux.publication
        JOIN adflux.plan_item AS item USING (plan_id, posting_id, platform)
        LEFT JOIN adflux.platform_object AS object
          ON object.publication_id = publication.id AND object.kind = 'campaign' AND object.ordinal = 0
        LEFT JOIN (SELECT platform, account_id, max(date_day) AS last_day
                   FROM adflux.day_reading GROUP BY platform, account_id) AS read
          ON read.platform = publication.platform AND read.account_id = item.account_id
    ), campaign AS (
        SELECT known.*, title,
               CASE WHEN known.campaign_id IS NOT NULL AND last_day >= first_day
                    THEN days_read = last_day - first_day + 1 END AS is_read,
               total.spend, total.applications
        FROM known JOIN adflux.posting ON posting.id = posting_id
        LEFT JOIN adflux.campaign_total AS total
          ON total.platform = known.platform AND total.account_id = known.account_id
         AND total.campaign_id = known.campaign_id AND total.currency = known.currency
    )
"""  # noqa: S608 - constants of this module
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
}
ABOUT = {"publication_id": "bigint", "posting_id": "bigint", "title": "text", "platform": "text"}


def application_costs(by: By) -> list[ApplicationCosts]:
    """What applications cost, each currency apart; most spend first."""
    grouped = GROUPED[by].split(", ")
    about = ", ".join(name if name in grouped else f"CAST(NULL AS {ABOUT[name]}) AS {name}" for name in ABOUT)
    return ask(
        ApplicationCosts,
        f"""{CAMPAIGNS}, summed AS (
                SELECT {GROUPED[by]}, currency, count(*) AS campaigns, {PAID}, {COUNTED}
                FROM campaign CROSS JOIN imported
                LEFT JOIN (SELECT * FROM seen WHERE ordinal IS NULL) AS seen USING (publication_id)
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
                       CASE WHEN any_file THEN coalesce(submitted, 0) END AS submitted,
                       CASE WHEN any_file THEN coalesce(qualified, 0) END AS qualified,
                       CASE WHEN any_file THEN coalesce(hired, 0) END AS hired
                FROM campaign CROSS JOIN imported
                JOIN adflux.platform_object AS object USING (publication_id)
                LEFT JOIN paid ON paid.ad_id = object.external_id
                LEFT JOIN seen ON seen.publication_id = campaign.publication_id
                              AND seen.ordinal = object.ordinal
                WHERE campaign.publication_id = :publication_id AND object.kind = 'ad'
                  AND object.external_id IS NOT NULL
            )
            SELECT ad_id, currency, spend, reported, submitted, qualified, hired, {COSTS}
            FROM summed ORDER BY ad_id
        """,  # noqa: S608 - constants of this module
        publication_id=publication_id,
    )


def application_funnel() -> list[FunnelStep]:
    """Every step of every platform, and of each reason for which applications count for none."""
    return ask(
        FunnelStep,
        f"""
            WITH counted AS (
                SELECT CASE WHEN reason IS NULL THEN platform END AS platform, reason,
                       array_position({STEPS}, furthest) AS reached, count(*) AS applications
                FROM adflux.attributed_application GROUP BY 1, reason, reached
            )
            SELECT platform, reason, step,
                   coalesce(sum(applications) FILTER (WHERE reached >= place), 0)::bigint AS applications
            FROM counted, unnest({STEPS}) WITH ORDINALITY AS funnel (step, place)
            GROUP BY platform, reason, step, place ORDER BY reason NULLS FIRST, platform, place
        """,  # noqa: S608 - constants of this module
    )


def application_gaps() -> list[Gap]:
    """The two truths of each platform that has a campaign. Empty before any file was imported."""
    return ask(
        Gap,
        f"""{CAMPAIGNS}, said AS (
                SELECT platform,
                       CASE WHEN bool_and(is_read) THEN coalesce(sum(applications), 0) END AS reported
                FROM campaign GROUP BY platform
            ), ours AS (
                SELECT platform, count(*) FILTER (WHERE reason IS NULL) AS observed,
                       count(*) FILTER (WHERE reason = 'before') AS before,
                       count(*) FILTER (WHERE reason = 'outside') AS outside,
                       count(*) FILTER (WHERE reason IS NULL AND days_after_click > click_days) AS late
                FROM adflux.attributed_application
                LEFT JOIN unnest(CAST(:platforms AS text[]), CAST(:click_days AS int[]))
                    AS looks (platform, click_days) USING (platform)
                WHERE submitted_at IS NOT NULL AND platform IS NOT NULL GROUP BY platform
            ), moving AS (
                SELECT day.platform, sum(day.applications) AS unsettled
                FROM campaign
                JOIN adflux.campaign_day AS day USING (platform, account_id, campaign_id, currency)
                JOIN adflux.day_reading AS reading USING (platform, account_id, date_day)
                JOIN adflux.metrics_slice AS slice ON slice.id = slice_id
                JOIN adflux.metrics_settling AS settling ON settling.platform = day.platform
                WHERE read_on - date_day < coalesce(learned_days, stated_days) GROUP BY day.platform
            )
            SELECT platform, reported, coalesce(observed, 0) AS observed, coalesce(before, 0) AS before,
                   coalesce(outside, 0) AS outside, coalesce(late, 0) AS late,
                   CASE WHEN reported IS NOT NULL THEN coalesce(unsettled, 0) END AS unsettled
            FROM said LEFT JOIN ours USING (platform) LEFT JOIN moving USING (platform), imported
            WHERE any_file ORDER BY platform
        """,  # noqa: S608 - constants of this module
        platforms=list(CLICK_DAYS),
        click_days=list(CLICK_DAYS.values()),
    )


def applications_known() -> Known:
    """What was imported of applications, and how many of them lead to no ad."""
    return ask(
        Known,
        """
            SELECT (SELECT count(*) FROM adflux.import_receipt WHERE subject = 'applications') AS files,
                   (SELECT max(finished_at) FROM adflux.import_receipt WHERE subject = 'applications')
                       AS imported_at,
                   (SELECT min(first_at) FROM adflux.application) AS first_at,
                   (SELECT max(at) FROM adflux.application_event) AS last_at,
                   (SELECT count(*) FROM adflux.attributed_application
                    WHERE submitted_at IS NOT NULL AND publication_id IS NULL) AS nobodys
        """,
    )[0]
