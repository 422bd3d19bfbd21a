"""A database as a busy agency leaves it: twelve publications, thirty days, all that can go wrong."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from busy_agency_campaigns import ACCOUNT, DAYS, PUBLICATIONS, add_creatives, add_postings, add_publication
from sample_applications import add_applications
from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from adflux_core import database
from adflux_core.exports import keep_report, pin_window
from adflux_core.schema.metrics import AdMetricsRow, MetricsSlice
from adflux_core.schema.postings import ImportReceipt, QuarantinedRow
from adflux_core.schema.publication import AdAccount


def fill_sample(session: Session, today: date) -> None:
    """Insert it all, with numbers that end the day before `today`."""
    chance = random.Random(7)  # noqa: S311 - invented numbers
    start = today - timedelta(days=DAYS)
    session.add(
        AdAccount(
            platform="meta",
            external_id=ACCOUNT,
            name="AdFlux Sandbox Bogotá",
            currency="COP",
            time_zone="America/Bogota",
        )
    )
    add_postings(session, today)
    add_creatives(session)
    _add_receipts(session)
    whole = MetricsSlice(
        platform="meta",
        account_id=ACCOUNT,
        since=start,
        until=today - timedelta(days=1),
        pages=3,
        rows_read=280,
        rows_changed=41,
        rows_deleted=0,
        spend=Decimal(0),
        currency="COP",
        complete=True,
        read_at=datetime.now(UTC) - timedelta(hours=3),
    )
    broken = MetricsSlice(
        platform="meta",
        account_id=ACCOUNT,
        since=today - timedelta(days=28),
        until=today - timedelta(days=1),
        pages=1,
        rows_read=90,
        rows_changed=0,
        rows_deleted=0,
        spend=Decimal(0),
        currency="COP",
        complete=False,
        reason=f"{today - timedelta(days=2)}: the ads add up to 812 impressions, 31 clicks "
        "and 41200.000 spent; the account says 840, 31 and 41200.000",
        read_at=datetime.now(UTC) - timedelta(hours=1),
    )
    session.add_all([whole, broken])
    session.flush()
    for number, row in enumerate(PUBLICATIONS, start=1):
        add_publication(session, number, row, start)
        if row[3] in {"active", "paused", "drifted", "differs", "closed"}:
            _add_numbers(
                session, chance, number, start, whole.id, days=DAYS - (12 if row[3] == "closed" else 0)
            )
    add_applications(session, start)
    whole.spend = Decimal(4_000_000)
    session.flush()
    for name in ("posting", "creative_text", "import_receipt", "plan", "approval", "publication"):
        # The rows above brought their own numbers; what comes next must not take them again.
        session.execute(text(f"SELECT setval(pg_get_serial_sequence('adflux.{name}', 'id'), 1000)"))


def _add_receipts(session: Session) -> None:
    now = datetime.now(UTC)
    counts = {"created": 50, "updated": 12, "unchanged": 10, "merged": 3, "quarantined": 2, "closed": 1}
    session.add(
        ImportReceipt(
            id=1,
            subject="postings",
            source="computrabajo",
            format="indeed-xml",
            file_name="feed-2026-11.xml",
            full_feed=True,
            read=77,
            started_at=now - timedelta(hours=5, seconds=4),
            finished_at=now - timedelta(hours=5),
            **counts,
        )
    )
    session.flush()
    session.add_all(
        [
            QuarantinedRow(receipt_id=1, line=18, reason="title: missing", content="<job><id>18</id></job>"),
            QuarantinedRow(
                receipt_id=1, line=44, reason='salary: "a convenir" is not an amount', content="<job>…"
            ),
        ]
    )


def _add_numbers(
    session: Session, chance: random.Random, number: int, start: date, receipt: int, *, days: int
) -> None:
    pull = chance.uniform(0.5, 1.6)
    rows = []
    for day in range(days):
        impressions = int(chance.gauss(2600, 500) * pull)
        clicks = int(impressions * chance.uniform(0.012, 0.03))
        rows.append(
            {
                "platform": "meta",
                "account_id": ACCOUNT,
                "date_day": start + timedelta(days=day),
                "campaign_id": f"2385{number:04}0000000",
                "ad_group_id": f"2385{number:04}0000001",
                "ad_id": f"2385{number:04}0000003",
                "currency": "COP",
                "impressions": impressions,
                "clicks": clicks,
                "link_clicks": int(clicks * 0.8),
                "spend": Decimal(impressions * 9) + Decimal("0.37"),
                "slice_id": receipt,
                "applications": Decimal(0 if number == 5 else int(clicks * chance.uniform(0.02, 0.09))),
            }
        )
    session.execute(insert(AdMetricsRow), rows)


def keep_reports(url: str) -> None:
    """Two, a week apart, between which the platform restated a day."""
    keep_report(pin_window(days=21, until=pin_window().until - timedelta(7)))
    with Session(database.engine_for(url)) as session, session.begin():
        session.execute(
            text("""
                UPDATE adflux.ad_metrics SET spend = spend + 1500, clicks = clicks + 3,
                                             as_of = adflux.metrics_instant()
                WHERE ad_id LIKE '23850001%' AND date_day = CURRENT_DATE - 12
            """)
        )
    keep_report(pin_window(days=21), run_id="5c3c9e0e-8f6f-4b0e-9b1e-2f1f2f0f7a11")
