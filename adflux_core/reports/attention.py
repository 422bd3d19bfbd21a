"""What a person should look at today: publications that are not as desired, and numbers to doubt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from adflux_core.reports.asking import ask

DISAPPROVED = "disapproved|with_issues"  # in the platforms' own words for what their review stopped
STALE_AFTER = timedelta(hours=36)  # a nightly reading was missed


@dataclass(frozen=True)
class Concern:
    """`kind`: doubtful, differs, drifted, failed, disapproved; incomplete, stale. `subject` names it."""

    kind: str
    platform: str
    publication_id: int | None
    subject: str
    detail: str
    since: datetime | None


def attention() -> list[Concern]:
    """The gravest first. Empty: nothing needs anybody."""
    return ask(
        Concern,
        """
            WITH troubled AS (
                SELECT CASE WHEN state IN ('doubtful', 'differs', 'drifted', 'failed') THEN state
                            ELSE 'disapproved' END AS kind,
                       platform, publication.id AS publication_id, posting.title AS subject,
                       CASE WHEN state IN ('doubtful', 'differs', 'drifted', 'failed') AND detail <> ''
                            THEN detail ELSE effective_status END AS detail,
                       converged_at AS since
                FROM adflux.publication JOIN adflux.posting ON posting.id = posting_id
                WHERE desired_state <> 'closed'
                  AND (state IN ('doubtful', 'differs', 'drifted', 'failed')
                       OR effective_status ~* :disapproved)
            ), latest AS (
                SELECT DISTINCT ON (platform, account_id) platform, account_id, complete, reason, read_at
                FROM adflux.metrics_slice ORDER BY platform, account_id, read_at DESC, id DESC
            ), doubted AS (
                SELECT CASE WHEN complete THEN 'stale' ELSE 'incomplete' END AS kind, latest.platform,
                       CAST(NULL AS bigint) AS publication_id,
                       coalesce(ad_account.name, account_id) AS subject, reason AS detail,
                       latest.read_at AS since
                FROM latest
                LEFT JOIN adflux.ad_account AS ad_account
                  ON ad_account.platform = latest.platform AND ad_account.external_id = account_id
                WHERE NOT complete OR latest.read_at < now() - CAST(:stale_after AS interval)
            )
            SELECT * FROM (SELECT * FROM troubled UNION ALL SELECT * FROM doubted) AS every_concern
            ORDER BY array_position(
                ARRAY['differs', 'failed', 'doubtful', 'drifted', 'disapproved', 'incomplete', 'stale'], kind
            ), since DESC NULLS LAST, publication_id
        """,
        stale_after=STALE_AFTER,
        disapproved=DISAPPROVED,
    )
