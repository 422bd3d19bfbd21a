"""A busy agency's rows, each kind by one statement of SQL; `busy_agency` says in which order."""

from __future__ import annotations

ACCOUNT = """
    INSERT INTO adflux.ad_account (platform, external_id, name, currency, time_zone)
    VALUES (:platform, :account, 'Account ' || :account, 'COP', 'America/Bogota')
"""
READINGS = """
    INSERT INTO adflux.metrics_slice (platform, account_id, since, until, pages, rows_read, rows_changed,
                                      rows_deleted, spend, currency, complete, read_at, read_on)
    SELECT :platform, :account, greatest(:since, day::date - 28), day::date - 1, 1, 1, 1, 0, 1, 'COP', true,
           day, day::date
    FROM generate_series(CAST(:since AS date) + 1, CAST(:until AS date) + 1, interval '1 day') AS day
"""
NUMBERS = """
    INSERT INTO adflux.ad_metrics (platform, account_id, date_day, ad_id, ad_group_id, campaign_id, currency,
                                   impressions, clicks, link_clicks, spend, applications, slice_id, as_of)
    SELECT :platform, :account, day::date, 'ad-' || :number || '-' || ad, 'g-' || ad / 2,
           'c-' || :number || '-' || ad / :ads_a_campaign, 'COP',
           (random() * 9000)::bigint, (random() * 300)::bigint, (random() * 200)::bigint,
           round((random() * 100000)::numeric, 2), (random() * 9)::bigint,
           (SELECT min(id) FROM adflux.metrics_slice), adflux.metrics_instant()
    FROM generate_series(CAST(:since AS date), CAST(:until AS date), interval '1 day') AS day,
         generate_series(1, :ads) AS ad
"""
# A quarter of the rows of the last 28 days, another one each night.
RESTATING = """
    WITH slice AS (
        INSERT INTO adflux.metrics_slice (platform, account_id, since, until, pages, rows_read, rows_changed,
                                          rows_deleted, spend, currency, complete, read_on)
        VALUES (:platform, :account, CAST(:until AS date) - 27, :until, 1, 1, 1, 0, 1, 'COP', true,
                CAST(:until AS date) + 1 + :night)
        RETURNING id
    )
    SELECT set_config('adflux.metrics_slice', id::text, true) FROM slice
"""
RESTATED = """
    UPDATE adflux.ad_metrics SET spend = spend * 1.02, clicks = clicks + 1, applications = applications + 1,
           slice_id = CAST(current_setting('adflux.metrics_slice') AS bigint),
           as_of = adflux.metrics_instant()
    WHERE platform = :platform AND account_id = :account AND date_day > CAST(:until AS date) - 28
      AND abs(hashtext(ad_id || date_day)) % 4 = :night
"""
POSTINGS = """
    INSERT INTO adflux.posting (source, external_id, title, company, city, country, language, content_hash,
                                apply_url, description)
    SELECT 'feed-' || n % 5, n, 'Auxiliar de bodega ' || n, 'Empresa ' || n % 700, 'Bogotá', 'CO', 'es', 'x',
           'https://empleos.example.com/' || n,
           (SELECT string_agg(md5(n || ' ' || line), ' ') FROM generate_series(1, 40) AS line)
    FROM generate_series(1, :postings) AS n
"""
RECEIPTS = """
    INSERT INTO adflux.import_receipt (subject, source, format, file_name, full_feed, read, created, updated,
                                       unchanged, merged, quarantined, closed, started_at)
    SELECT CASE WHEN n % 3 = 0 THEN 'applications' ELSE 'postings' END, 'feed-' || n % 5, 'csv', n || '.csv',
           false, 300, 100, 0, 0, 0, 200, 0, now()
    FROM generate_series(1, 1000) AS n
"""
QUARANTINED = """
    INSERT INTO adflux.quarantined_row (receipt_id, line, reason, content)
    SELECT (SELECT max(id) FROM adflux.import_receipt), line, 'no title', 'a;b'
    FROM generate_series(1, 200) AS line
"""
# A tenth leads nowhere: half of those say no click id, half somebody else's.
APPLICATIONS = """
    INSERT INTO adflux.application (source, application, furthest, first_at, submitted_at, click_id, verdict,
                                    clicked_at)
    SELECT 'ats', decode(md5(n::text), 'hex'),
           (ARRAY['started', 'submitted', 'submitted', 'qualified', 'interview', 'hired'])[1 + far],
           applied, CASE WHEN far > 0 THEN applied END,
           CASE n % 20 WHEN 0 THEN '' WHEN 1 THEN md5('theirs ' || n) ELSE click_id END,
           CASE n % 20 WHEN 0 THEN 'none' WHEN 1 THEN 'foreign' ELSE 'signed' END,
           CASE WHEN n % 2 = 0 THEN applied - random() * interval '20 days' END
    FROM (SELECT n, floor(random() * random() * 6)::int AS far, click_id,
                 first_day + random() * greatest(CAST(:until AS date) - first_day, 1) * interval '1 day'
                     AS applied
          FROM generate_series(1, :applications) AS n
          JOIN (SELECT row_number() OVER () - 1 AS place, click_id, first_day FROM adflux.apply_link
                JOIN adflux.plan_item USING (plan_id, posting_id, platform)) AS link
            ON place = n % :ours) AS drawn
"""
EVENTS = """
    INSERT INTO adflux.application_event (source, application, step, at, click_id, clicked_at, verdict,
                                          receipt_id)
    SELECT source, application, furthest, first_at, click_id, coalesce(clicked_at, 'infinity'), verdict,
           (SELECT max(id) FROM adflux.import_receipt WHERE subject = 'applications')
    FROM adflux.application
"""
SEGMENTED = (
    """
        INSERT INTO adflux.segment (name_es, name_en, description_es, description_en)
        SELECT 'Grupo ' || n, 'Group ' || n, '', '' FROM generate_series(1, :segments) AS n
    """,
    """
        INSERT INTO adflux.segment_version (state, candidates, k, parameters, card, model, model_hash)
        SELECT 'fitted', 1000000, :segments, '{}',
               '{"why": "", "features": [], "figures": [], "drift": {}, "map": null}', 'x', 'x'
        FROM generate_series(1, 2)
    """,
    """
        INSERT INTO adflux.segment_in_version
        SELECT version.id, segment.id - 1, segment.id, 125000, '{"traits": []}'
        FROM adflux.segment_version AS version, adflux.segment
    """,
    """
        INSERT INTO adflux.segment_event (version_id, kind, segment_id, detail)
        SELECT 2, 'split', id, '{}' FROM adflux.segment
    """,
    """
        INSERT INTO adflux.fairness_report (version_id, proxies, four_fifths)
        SELECT id, '[]', '[]' FROM adflux.segment_version
    """,
)
SHOWN_TO = """
    INSERT INTO adflux.ad_shown_to
    SELECT publication.platform, account_id, month::date, external_id, age, gender, 3000, 90, 30000
    FROM adflux.publication JOIN adflux.plan_item USING (plan_id, posting_id, platform)
    JOIN adflux.platform_object AS object ON object.publication_id = publication.id AND kind = 'ad',
         generate_series(date_trunc('month', first_day), CAST(:until AS date), interval '1 month') AS month,
         unnest(ARRAY['18-24', '25-34', '35-44', '45-54', '55-64', '65+']) AS age,
         unnest(ARRAY['female', 'male', 'unknown']) AS gender
"""
AUDIENCES = """
    WITH audience AS (
        INSERT INTO adflux.audience (account_id, segment_id, version_id, purpose, token, requested_by)
        SELECT 'act_0', segment_id, version_id, 'job_ads', 'token-' || segment_id, 'bench'
        FROM adflux.segment_in_version WHERE version_id = 2 RETURNING id
    )
    INSERT INTO adflux.audience_member (audience_id, kind, key, state)
    SELECT audience.id, 'email', sha256(convert_to(n::text, 'UTF8')), 'held'
    FROM audience, generate_series(1, :members) AS n
"""
ANSWERED = """
    INSERT INTO adflux.heartbeat (work) VALUES ('sync-metrics'), ('converge-campaigns')
"""
SHAPES = """
    INSERT INTO adflux.unknown_shape (platform, account_id, place, name, example, times)
    SELECT CASE WHEN n % 10 < 7 THEN 'meta' ELSE 'google_ads' END, 'act_' || n % 10, 'row: ad', 'field_' || n,
           '1', n
    FROM generate_series(1, 300) AS n
"""
PEOPLE = """
    INSERT INTO adflux.person (account, role, granted_by)
    SELECT 'person' || n || '@example.com', (ARRAY['viewer', 'analyst', 'approver', 'admin'])[1 + n % 4],
           'bench'
    FROM generate_series(1, 500) AS n
"""
ALERTS = """
    INSERT INTO adflux.alert (kind, platform, subject, detail, first_at, last_at, ended_at)
    SELECT 'stale', 'meta', 'Account ' || n, '', now() - n * interval '1 hour', now() - n * interval '1 hour',
           CASE WHEN n > 20 THEN now() END
    FROM generate_series(1, 5000) AS n
"""
EXAMINED = """
    INSERT INTO adflux.examination (examined_at, checks, settings, versions)
    VALUES (now(), '[{"name": "database", "ok": true, "detail": "", "fix": ""}]', '[]', '{"python": "3"}')
"""
# A long trail, in which a refusal is rare. In one statement its chain would be walked anew for every row.
TRAIL = (
    "SET LOCAL session_replication_role = replica",
    """
        INSERT INTO adflux.audit (actor, action, detail)
        SELECT 'person' || n % 500 || '@example.com',
               CASE WHEN n % 20000 = 0 THEN 'not allowed' ELSE 'start' END,
               '{"deed": "approve", "role": "viewer"}'
        FROM generate_series(1, 100000) AS n
    """,
)
