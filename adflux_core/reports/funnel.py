"""Applications: how far they came, whose they are, and where the platform's number and ours differ.

Counted from the systems' files since each campaign began. What was not read is None.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from adflux_core.reports.applications import CAMPAIGNS, SEEN, STEPS
from adflux_core.reports.asking import ask


@dataclass(frozen=True)
class AdApplications:
    """How many applications one ad brought, each step with those that came further."""

    platform: str
    ad_id: str
    started: int
    submitted: int
    qualified: int
    interview: int
    hired: int


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


def ad_applications() -> list[AdApplications]:
    """Every ad that brought any, by its platform's id."""
    return ask(
        AdApplications,
        f"""
            SELECT publication.platform, external_id AS ad_id, started, submitted, qualified, interview, hired
            FROM adflux.publication
            JOIN adflux.platform_object AS object ON object.publication_id = publication.id AND kind = 'ad'
            CROSS JOIN LATERAL (
                {SEEN} WHERE counted.publication_id = publication.id AND counted.ordinal = object.ordinal
            ) AS seen
            WHERE external_id IS NOT NULL AND started > 0 ORDER BY publication.platform, external_id
        """,  # noqa: S608 - constants of this module
    )


def application_funnel() -> list[FunnelStep]:
    """Every step of every platform, and of each reason for which applications count for none."""
    return ask(
        FunnelStep,
        f"""
            WITH counted AS (
                SELECT CASE WHEN reason = '' THEN platform END AS platform, nullif(reason, '') AS reason,
                       array_position({STEPS}, furthest) AS reached, sum(applications) AS applications
                FROM adflux.application_count GROUP BY 1, 2, reached
            )
            SELECT platform, reason, step,
                   coalesce(sum(applications) FILTER (WHERE reached >= place), 0)::bigint AS applications
            FROM counted, unnest({STEPS}) WITH ORDINALITY AS funnel (step, place)
            GROUP BY platform, reason, step, place ORDER BY reason NULLS FIRST, platform, place
        """,  # noqa: S608 - constants of this module
    )


def campaign_funnel(publication_id: int) -> list[FunnelStep]:
    """The steps of the applications that one campaign's ads brought; empty before the first."""
    return ask(
        FunnelStep,
        f"""
            WITH counted AS (
                SELECT platform, array_position({STEPS}, furthest) AS reached,
                       sum(applications) AS applications
                FROM adflux.application_count WHERE reason = '' AND publication_id = :id GROUP BY 1, 2
            )
            SELECT platform, CAST(NULL AS text) AS reason, step,
                   coalesce(sum(applications) FILTER (WHERE reached >= place), 0)::bigint AS applications
            FROM counted, unnest({STEPS}) WITH ORDINALITY AS funnel (step, place)
            GROUP BY platform, step, place ORDER BY place
        """,  # noqa: S608 - constants of this module
        id=publication_id,
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
                SELECT platform, sum(applications) FILTER (WHERE reason = '') AS observed,
                       sum(applications) FILTER (WHERE reason = 'before') AS before,
                       sum(applications) FILTER (WHERE reason = 'outside') AS outside,
                       sum(applications) FILTER (WHERE reason = '' AND late) AS late
                FROM adflux.application_count WHERE submitted GROUP BY platform
            ), unsettled AS MATERIALIZED (
                SELECT reading.platform, reading.account_id,
                       range_agg(daterange(date_day, date_day, '[]')) AS days
                FROM adflux.day_reading AS reading
                JOIN adflux.metrics_settling AS settling ON settling.platform = reading.platform
                WHERE read_on - date_day < coalesce(learned_days, stated_days)
                GROUP BY reading.platform, reading.account_id
            ), moving AS (
                SELECT campaign.platform, sum(day.applications) AS unsettled
                FROM campaign JOIN unsettled USING (platform, account_id)
                CROSS JOIN LATERAL (
                    SELECT sum(applications) AS applications FROM adflux.campaign_day AS day
                    WHERE day.platform = campaign.platform AND day.account_id = campaign.account_id
                      AND day.campaign_id = campaign.campaign_id AND day.currency = campaign.currency
                      AND date_day >= lower(unsettled.days) AND date_day <@ unsettled.days
                ) AS day
                GROUP BY campaign.platform
            )
            SELECT platform, reported, coalesce(observed, 0)::bigint AS observed,
                   coalesce(before, 0)::bigint AS before, coalesce(outside, 0)::bigint AS outside,
                   coalesce(late, 0)::bigint AS late,
                   CASE WHEN reported IS NOT NULL THEN coalesce(unsettled, 0) END AS unsettled
            FROM said LEFT JOIN ours USING (platform) LEFT JOIN moving USING (platform), imported
            WHERE any_file ORDER BY platform
        """,  # noqa: S608 - constants of this module
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
                   (SELECT coalesce(sum(applications), 0)::bigint FROM adflux.application_count
                    WHERE submitted AND publication_id = 0) AS nobodys
        """,
    )[0]
