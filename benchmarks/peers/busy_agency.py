"""A busy agency's database, filled by SQL: a year of ad-days, restated; postings, applications, audiences.

Ten accounts, each read every night; 200 campaigns of ours among thousands; a million applications.
"""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, text

from adflux_core import database
from adflux_core.advertising import CampaignPlan, Creative, PlatformName
from adflux_core.campaigns.drafting import plan_item
from adflux_core.creative.card import draw_card
from adflux_core.creative.evidence import evidence_of
from adflux_core.creative.images import add_image
from adflux_core.creative.plain_words import plain_words
from adflux_core.creative.prompt import posting_hash
from adflux_core.exports import keep_report, pin_window
from adflux_core.money import Money
from adflux_core.schema.applications import ApplyLink
from adflux_core.schema.creative import CreativeText
from adflux_core.schema.postings import Posting
from adflux_core.schema.publication import Approval, Plan, PlatformObject, Publication
from adflux_core.schema.segments import SegmentPin
from adflux_core.targeting import TargetingSpec

ACCOUNTS, DAYS, ADS_A_CAMPAIGN, OURS, SEGMENTS, NIGHTS = 10, 365, 4, 200, 8, 3
META = 7  # the accounts below it; the others are Google's

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
                                description)
    SELECT 'feed-' || n % 5, n, 'Auxiliar de bodega ' || n, 'Empresa ' || n % 700, 'Bogotá', 'CO', 'es', 'x',
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
    SELECT publication.platform, account_id, day::date, external_id, age, gender, 100, 3, 1000
    FROM adflux.publication JOIN adflux.plan_item USING (plan_id, posting_id, platform)
    JOIN adflux.platform_object AS object ON object.publication_id = publication.id AND kind = 'ad',
         generate_series(first_day, CAST(:until AS date), interval '1 day') AS day,
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


def fill(rows: int, applications: int) -> None:
    """About `rows` ad-days that end yesterday and what else an agency has; said as it is done."""
    until = datetime.now(UTC).date() - timedelta(1)
    ads = max(rows // (ACCOUNTS * DAYS), ADS_A_CAMPAIGN * 2)
    scope: dict[str, Any] = {
        "since": until - timedelta(DAYS - 1), "until": until, "ads": ads, "ads_a_campaign": ADS_A_CAMPAIGN,
        "applications": applications, "ours": OURS, "postings": max(rows // 500, OURS),
        "members": rows // 500, "segments": SEGMENTS,
    }  # fmt: skip
    for number in range(ACCOUNTS):
        account = {"number": str(number), "platform": platform_of(number), "account": f"act_{number}"}
        _do(f"account {number}", scope | account, ACCOUNT, READINGS, NUMBERS)
    _do("segments", scope, *SEGMENTED)
    _do("postings", scope, POSTINGS, RECEIPTS, QUARANTINED, ANSWERED)
    _publish(until, ads // ADS_A_CAMPAIGN)
    _do("applications", scope, SHOWN_TO, APPLICATIONS, EVENTS, AUDIENCES)
    keep_report(pin_window(days=7))
    for night in range(NIGHTS):
        for number in range(ACCOUNTS):
            account = {"platform": platform_of(number), "account": f"act_{number}"}
            _do(f"night {night}, account {number}", scope | account | {"night": night}, RESTATING, RESTATED)
    keep_report(pin_window(days=7))
    with database.autocommit() as connected:
        connected.execute(text("VACUUM (ANALYZE)"))
        # A year of nights in one transaction leaves what a year of transactions prunes as it goes.
        connected.execute(text("VACUUM (FULL, ANALYZE) adflux.day_reading"))


def platform_of(number: int) -> str:
    return "meta" if number < META else "google_ads"


def _do(what: str, scope: dict[str, Any], *statements: str) -> None:
    started = time.perf_counter()
    with database.connection() as connected:
        connected.execute(text("SET LOCAL work_mem = '256MB'"))
        for statement in statements:
            _run(connected, statement, scope)
    print({"filled": what, "seconds": round(time.perf_counter() - started, 1)}, flush=True)


def _run(connected: Connection, statement: str, scope: dict[str, Any]) -> None:
    asked = text(statement)
    connected.execute(asked, {name: scope[name] for name in asked.compile().params})


def _publish(until: date, campaigns: int) -> None:
    picture = draw_card(title="Auxiliar de bodega", company="Empresa", place="Bogotá")
    add_image(picture, "bench")
    with database.transaction() as session:
        for number in range(1, OURS + 1):
            account, place = number % META, 1 + number % max(campaigns - 1, 1)
            spec = _spec(number, f"act_{account}", until - timedelta(5 + number % 80), picture)
            posting = session.get_one(Posting, number)
            words = plain_words(posting, PlatformName.META, "es", evidence_of(posting))
            session.add(
                CreativeText(
                    posting_id=number, posting_hash=posting_hash(posting), platform="meta", language="es",
                    words=words.model_dump(mode="json"), content_hash=words.content_hash(),
                    source="template/1", author="bench", approved_by=None, approved_at=None,
                )
            )  # fmt: skip
            session.add(Plan(id=number, spec_hash="h", author="a"))
            session.flush()
            session.add(plan_item(number, spec, Decimal("1.75")))
            session.add(
                SegmentPin(
                    plan_id=number, segment_id=1 + number % SEGMENTS, version_id=1, fairness_report_id=1,
                    aim={"interests": []},
                )
            )  # fmt: skip
            session.add(Approval(id=number, plan_id=number, spec_hash="h", approved_by="b"))
            session.flush()
            session.add(
                ApplyLink(
                    plan_id=number, posting_id=number, platform="meta", ordinal=0, click_id=f"{number:032x}"
                )
            )
            session.add(
                Publication(
                    id=number, posting_id=number, platform="meta", revision=1, plan_id=number, spec_hash="h",
                    approval_id=number, desired_state="active", state="active", effective_status="ACTIVE",
                )
            )  # fmt: skip
            session.flush()
            for kind, external_id in (
                ("campaign", f"c-{account}-{place}"),
                ("ad", f"ad-{account}-{place * ADS_A_CAMPAIGN}"),
            ):
                session.add(
                    PlatformObject(
                        publication_id=number, kind=kind, ordinal=0, token=f"{kind}{number}", state="ACTIVE",
                        external_id=external_id,
                    )
                )  # fmt: skip


def _spec(number: int, account: str, first: date, picture: bytes) -> CampaignPlan:
    title = f"Auxiliar de bodega {number}"
    return CampaignPlan(
        platform=PlatformName.META, account_id=account, posting_id=number, name=title, advertiser=None,
        budget=Money.of("COP", 800_000), targeting=TargetingSpec(countries=("CO",)),
        starts_at=datetime.fromisoformat(f"{first}T00:00:00-05:00"),
        ends_at=datetime.fromisoformat(f"{first + timedelta(90)}T00:00:00-05:00"),
        creative=Creative(language="es", headline=title, primary_text=title, description="", source="bench",
                          link="https://example.com", image=picture),
    )  # fmt: skip
