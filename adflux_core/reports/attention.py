"""What a person should look at today: publications that are not as desired, and numbers to doubt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from adflux_core.money import DIGITS
from adflux_core.reports.asking import ask

DISAPPROVED = "disapproved|with_issues"  # in the platforms' own words for what their review stopped
STALE_AFTER = timedelta(hours=36)  # a nightly reading was missed
# How long a piece of scheduled work may be silent: a night and a half; six times its ten minutes.
PULSES = {
    "sync-metrics": STALE_AFTER,
    "converge-campaigns": timedelta(hours=1),
    "sync-audiences": timedelta(hours=1),
}
DATA_KINDS = ("silent", "incomplete", "stale", "gap", "volume", "unknown")
STRANGE_FOR = timedelta(days=7)  # after it was last seen, a shape that nobody expected is no concern
USUAL_WEEKS, FEWEST_WEEKS = 4, 2  # the median of the same weekday in the weeks before is what is usual
FEW, LITTLE = 500, 0.2  # impressions below which nothing is usual; the part of the usual that is too little

NEAR = 0.8  # of a month's cap
IN_A_ROW = 3  # scheduled runs without an answer of a platform; one is a hiccup
WARNED_AT = (14, 7, 1)  # days before a credential runs out
USUAL_FEEDS, FEWEST_FEEDS = 9, 3  # the newest and those before it, whose median is what is usual


@dataclass(frozen=True)
class Concern:
    """`kind`: stopped (the kill switch, by whom in `detail`; without a `subject` for every account); capped,
    near (most of a month's cap is spent), doubtful, differs, drifted, failed, disapproved; orphan; token (a
    credential that runs out); unreachable (a platform without answers); feed (a full feed that does not
    come), shrunk (one half as long as usual); and of `DATA_KINDS`: silent (scheduled work that does not run),
    incomplete, stale, gap, volume, unknown (replies hold what nobody expected; it is set aside).

    `subject` names what it is about: an account, a posting, a feed, or the silent work.
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
            ), stopped AS (
                SELECT 'stopped' AS kind, coalesce(platform, '') AS platform,
                       CAST(NULL AS bigint) AS publication_id, coalesce(name, account_id) AS subject,
                       thrown_by AS detail, thrown_at AS since
                FROM adflux.kill_switch LEFT JOIN adflux.ad_account AS ad_account ON external_id = account_id
            ), unreachable AS (
                SELECT 'unreachable' AS kind, platform, CAST(NULL AS bigint) AS publication_id,
                       platform AS subject, reason AS detail, since
                FROM adflux.platform_trouble WHERE runs >= :in_a_row
            ), expiring AS (
                SELECT 'token' AS kind, platform, CAST(NULL AS bigint) AS publication_id,
                       account_id || ' ≤ ' || stage || ' d' AS subject,
                       to_char(expires_at, 'YYYY-MM-DD HH24:MI "UTC"') AS detail, read_at AS since
                FROM adflux.credential_expiry CROSS JOIN LATERAL (
                    SELECT min(days) AS stage FROM unnest(CAST(:warned_at AS int[])) AS days
                    WHERE expires_at <= now() + make_interval(days => days)
                ) AS warned
                WHERE stage IS NOT NULL
            ), arrival AS (
                SELECT source, read, finished_at,
                       finished_at - lag(finished_at) OVER feeds AS after,
                       row_number() OVER (PARTITION BY source ORDER BY id DESC) AS age
                FROM adflux.import_receipt WHERE subject = 'postings' AND full_feed
                WINDOW feeds AS (PARTITION BY source ORDER BY id)
            ), rhythm AS (
                SELECT source, max(finished_at) AS last_at, max(read) FILTER (WHERE age = 1) AS newest,
                       percentile_disc(0.5) WITHIN GROUP (ORDER BY after) AS usual_wait,
                       percentile_disc(0.5) WITHIN GROUP (ORDER BY read) FILTER (WHERE age > 1) AS usual_rows
                FROM arrival WHERE age <= :usual_feeds GROUP BY source HAVING count(*) > :fewest_feeds
            ), fed AS (
                SELECT CASE WHEN newest * 2 <= usual_rows THEN 'shrunk' ELSE 'feed' END AS kind,
                       '' AS platform, CAST(NULL AS bigint) AS publication_id, source AS subject,
                       CASE WHEN newest * 2 <= usual_rows THEN newest || ' / ' || usual_rows ELSE '' END
                           AS detail,
                       last_at AS since
                FROM rhythm
                -- Files that a person imports one after the other have no rhythm to be held to.
                WHERE usual_wait >= interval '1 hour'
                  AND (newest * 2 <= usual_rows OR last_at < now() - 2 * usual_wait)
            ), stray AS (
                SELECT 'orphan' AS kind, platform, CAST(NULL AS bigint) AS publication_id, name AS subject,
                       kind || ' ' || external_id AS detail, seen_at AS since
                FROM adflux.orphan WHERE action <> 'archived'
            ), silent AS (
                SELECT 'silent' AS kind, '' AS platform, CAST(NULL AS bigint) AS publication_id,
                       work AS subject, '' AS detail, beat_at AS since
                FROM unnest(CAST(:works AS text[]), CAST(:withins AS interval[])) AS due (work, within)
                LEFT JOIN adflux.heartbeat USING (work)
                WHERE coalesce(beat_at, CASE work
                          WHEN 'sync-audiences' THEN (SELECT min(created_at) FROM adflux.audience)
                          ELSE (SELECT min(created_at) FROM adflux.publication WHERE state <> 'closed')
                      END) < now() - within
            ), latest AS (
                SELECT platform, account_id, 'stale' AS kind, '' AS reason, last.read_at
                FROM adflux.account_reading AS account CROSS JOIN LATERAL (
                    SELECT max(read_at) AS read_at FROM adflux.metrics_slice AS slice
                    WHERE complete AND slice.platform = account.platform
                      AND slice.account_id = account.account_id
                ) AS last
                WHERE last.read_at < now() - CAST(:stale_after AS interval)
                UNION ALL
                -- An account of ours that never said anything is not in the books of what was read.
                SELECT platform, account_id, 'stale', '', min(publication.created_at)
                FROM adflux.publication JOIN adflux.plan_item AS item USING (plan_id, posting_id, platform)
                WHERE state <> 'closed' AND NOT EXISTS (
                    SELECT FROM adflux.account_reading AS account
                    WHERE account.platform = publication.platform AND account.account_id = item.account_id
                )
                GROUP BY platform, account_id
                HAVING min(publication.created_at) < now() - CAST(:stale_after AS interval)
                UNION ALL
                SELECT platform, account_id, 'incomplete', reason, read_at FROM adflux.failed_reading
            ), doubted AS (
                SELECT kind, latest.platform, CAST(NULL AS bigint) AS publication_id,
                       coalesce(ad_account.name, account_id) AS subject, reason AS detail,
                       latest.read_at AS since
                FROM latest
                LEFT JOIN adflux.ad_account AS ad_account
                  ON ad_account.platform = latest.platform AND ad_account.external_id = account_id
            ), holed AS (
                SELECT 'gap' AS kind, hole.platform, CAST(NULL AS bigint) AS publication_id,
                       coalesce(name, account_id) AS subject,
                       count(*) || ' × ' || min(date_day) || ' – ' || max(date_day) AS detail,
                       CAST(NULL AS timestamptz) AS since
                FROM adflux.metrics_gap AS hole
                LEFT JOIN adflux.ad_account AS ad_account
                  ON ad_account.platform = hole.platform AND external_id = account_id
                WHERE why = 'unread' GROUP BY hole.platform, account_id, name
            ), newest AS (
                SELECT platform, account_id, upper(days) - 1 AS date_day
                FROM adflux.account_reading WHERE NOT isempty(days)
            ), volume AS (
                SELECT newest.platform, newest.account_id, newest.date_day, name,
                       coalesce((SELECT sum(impressions) FROM adflux.account_day AS day
                                 WHERE day.platform = newest.platform AND day.account_id = newest.account_id
                                   AND day.date_day = newest.date_day), 0) AS impressions,
                       (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY coalesce(day.impressions, 0))
                        FROM generate_series(1, :usual_weeks) AS week
                        JOIN adflux.day_reading AS reading ON reading.date_day = newest.date_day - 7 * week
                        LEFT JOIN adflux.account_day AS day USING (platform, account_id, date_day)
                        WHERE reading.platform = newest.platform AND reading.account_id = newest.account_id
                        HAVING count(*) >= :fewest_weeks
                       ) AS usual
                FROM newest LEFT JOIN adflux.ad_account AS ad_account
                  ON ad_account.platform = newest.platform AND external_id = account_id
            ), thin AS (
                SELECT 'volume' AS kind, platform, CAST(NULL AS bigint) AS publication_id,
                       coalesce(name, account_id) AS subject,
                       date_day || ': ' || impressions || ' / ' || usual AS detail,
                       CAST(NULL AS timestamptz) AS since
                FROM volume
                WHERE usual >= :few AND impressions < usual * :little
                  AND EXISTS (SELECT FROM adflux.publication
                              JOIN adflux.plan_item AS item USING (plan_id, posting_id, platform)
                              WHERE state = 'active' AND platform = volume.platform
                                AND item.account_id = volume.account_id
                                AND volume.date_day BETWEEN first_day AND last_day)
            ), near AS (
                SELECT 'near' AS kind, cap.platform, CAST(NULL AS bigint) AS publication_id,
                       coalesce(name, cap.account_id) AS subject,
                       to_char(newest.date_day, 'YYYY-MM') || ': ' || cap.currency || ' ' || round(spent)
                           || ' / ' || round(most) AS detail,
                       CAST(NULL AS timestamptz) AS since
                FROM newest JOIN adflux.spending_cap AS cap USING (platform, account_id)
                LEFT JOIN adflux.ad_account AS ad_account
                  ON ad_account.platform = cap.platform AND external_id = cap.account_id
                CROSS JOIN LATERAL (
                    SELECT sum(spend) AS spent, cap.month_minor / CASE
                               WHEN cap.currency = ANY(:whole) THEN 1.0
                               WHEN cap.currency = ANY(:thousandths) THEN 1000.0 ELSE 100.0 END AS most
                    FROM adflux.account_day AS day
                    WHERE day.platform = cap.platform AND day.account_id = cap.account_id
                      AND day.currency = cap.currency
                      AND day.date_day >= date_trunc('month', newest.date_day)::date
                ) AS month
                WHERE spent >= most * :near
            ), strange AS (
                SELECT 'unknown' AS kind, shape.platform, CAST(NULL AS bigint) AS publication_id,
                       coalesce(ad_account.name, account_id) AS subject,
                       string_agg(place || ': ' || shape.name, ', ' ORDER BY place, shape.name) AS detail,
                       min(first_at) AS since
                FROM adflux.unknown_shape AS shape
                LEFT JOIN adflux.ad_account AS ad_account
                  ON ad_account.platform = shape.platform AND external_id = account_id
                WHERE last_at > now() - CAST(:strange_for AS interval)
                GROUP BY shape.platform, account_id, ad_account.name
            )
            SELECT * FROM (SELECT * FROM stopped
                           UNION ALL SELECT * FROM troubled UNION ALL SELECT * FROM doubted
                           UNION ALL SELECT * FROM capped UNION ALL SELECT * FROM stray
                           UNION ALL SELECT * FROM silent UNION ALL SELECT * FROM holed
                           UNION ALL SELECT * FROM thin UNION ALL SELECT * FROM strange
                           UNION ALL SELECT * FROM unreachable UNION ALL SELECT * FROM expiring
                           UNION ALL SELECT * FROM fed UNION ALL SELECT * FROM near) AS every_concern
            ORDER BY array_position(
                ARRAY['stopped', 'differs', 'capped', 'failed', 'orphan', 'unreachable', 'token', 'silent',
                      'doubtful', 'drifted', 'disapproved', 'near', 'incomplete', 'stale', 'feed', 'shrunk',
                      'gap', 'volume', 'unknown'], kind
            ), since DESC NULLS LAST, publication_id
        """,
        stale_after=STALE_AFTER,
        near=NEAR,
        whole=[currency for currency, digits in DIGITS.items() if digits == 0],
        thousandths=[currency for currency, digits in DIGITS.items() if digits == 3],
        works=list(PULSES),
        withins=list(PULSES.values()),
        usual_weeks=USUAL_WEEKS,
        fewest_weeks=FEWEST_WEEKS,
        few=FEW,
        little=LITTLE,
        disapproved=DISAPPROVED,
        in_a_row=IN_A_ROW,
        strange_for=STRANGE_FOR,
        warned_at=list(WARNED_AT),
        usual_feeds=USUAL_FEEDS,
        fewest_feeds=FEWEST_FEEDS,
    )
