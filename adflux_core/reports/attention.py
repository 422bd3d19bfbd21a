"""What a person should look at today: publications that are not as desired, and numbers to doubt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from adflux_core.reports.asking import ask

DISAPPROVED = "disapproved|with_issues"  # in the platforms' own words for what their review stopped
STALE_AFTER = timedelta(hours=36)  # a nightly reading was missed


@dataclass(frozen=True)
class Concern:
    """`kind`: capped, doubtful, differs, drifted, failed, disapproved; orphan; incomplete, stale.

    `subject` names what it is about.
    """

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
            ), capped AS (
                SELECT 'capped' AS kind, platform, publication.id AS publication_id, posting.title AS subject,
                       last.detail ->> 'why' AS detail, last.at AS since
                FROM adflux.publication JOIN adflux.posting ON posting.id = posting_id
                CROSS JOIN LATERAL (
                    SELECT action, detail, at FROM adflux.audit
                    WHERE publication_id = publication.id
                      AND action IN ('cap reached', 'desire active', 'desire paused', 'stop-all')
                    ORDER BY id DESC LIMIT 1
                ) AS last
                WHERE desired_state = 'paused' AND last.action = 'cap reached'
            ), stray AS (
                SELECT 'orphan' AS kind, platform, CAST(NULL AS bigint) AS publication_id, name AS subject,
                       kind || ' ' || external_id AS detail, seen_at AS since
                FROM adflux.orphan WHERE action <> 'archived'
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
            SELECT * FROM (SELECT * FROM troubled UNION ALL SELECT * FROM doubted
                           UNION ALL SELECT * FROM capped UNION ALL SELECT * FROM stray) AS every_concern
            ORDER BY array_position(
                ARRAY['differs', 'capped', 'failed', 'orphan', 'doubtful', 'drifted', 'disapproved',
                      'incomplete', 'stale'], kind
            ), since DESC NULLS LAST, publication_id
        """,
        stale_after=STALE_AFTER,
        disapproved=DISAPPROVED,
    )
