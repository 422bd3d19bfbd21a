"""A busy agency's database, filled by SQL: a year of ad-days, restated; postings, applications, audiences.

Ten accounts, each read every night; 200 campaigns of ours among thousands; a million applications.
"""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

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
from benchmarks.peers.busy_agency_rows import (
    ACCOUNT,
    ALERTS,
    ANSWERED,
    APPLICATIONS,
    AUDIENCES,
    EVENTS,
    EXAMINED,
    NUMBERS,
    PEOPLE,
    POSTINGS,
    QUARANTINED,
    READINGS,
    RECEIPTS,
    RESTATED,
    RESTATING,
    SEGMENTED,
    SHAPES,
    SHOWN_TO,
    TRAIL,
)

ACCOUNTS, DAYS, ADS_A_CAMPAIGN, OURS, SEGMENTS, NIGHTS = 10, 365, 4, 200, 8, 3
WAITING = 20  # plans that nobody has decided on
META = 7  # the accounts below it; the others are Google's


def fill(rows: int, applications: int) -> None:
    """About `rows` ad-days that end yesterday and what else an agency has; said as it is done."""
    until = datetime.now(UTC).date() - timedelta(1)
    ads = max(rows // (ACCOUNTS * DAYS), ADS_A_CAMPAIGN * 2)
    scope: dict[str, Any] = {
        "since": until - timedelta(DAYS - 1), "until": until, "ads": ads, "ads_a_campaign": ADS_A_CAMPAIGN,
        "applications": applications, "ours": OURS, "postings": max(rows // 500, OURS + WAITING),
        "members": rows // 500, "segments": SEGMENTS,
    }  # fmt: skip
    for number in range(ACCOUNTS):
        account = {"number": str(number), "platform": platform_of(number), "account": f"act_{number}"}
        _do(f"account {number}", scope | account, ACCOUNT, READINGS, NUMBERS)
    _do("segments", scope, *SEGMENTED)
    _do("postings", scope, POSTINGS, RECEIPTS, QUARANTINED, ANSWERED, SHAPES, PEOPLE, ALERTS, EXAMINED)
    _do("trail", scope, *TRAIL)
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
        for number in range(1, OURS + WAITING + 1):
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
            session.add(Plan(id=number, spec_hash="h", author="a", run_id=UUID(int=number)))
            session.flush()
            session.add(plan_item(number, spec, Decimal("1.75")))
            session.add(
                SegmentPin(
                    plan_id=number, segment_id=1 + number % SEGMENTS, version_id=1, fairness_report_id=1,
                    aim={"interests": []},
                )
            )  # fmt: skip
            if number > OURS:
                continue
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
