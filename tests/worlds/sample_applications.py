"""Applications of the sample campaigns: some of every step, and one or more of every reason."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy.orm import Session

from adflux_core.campaigns.links import new_click_id, signing_secrets
from adflux_core.schema.applications import Application, ApplicationEvent, ApplyLink
from adflux_core.schema.postings import ImportReceipt

STEPS = ("started", "submitted", "qualified", "interview", "hired")
RUNNING = range(1, 7)  # publications that brought some
LOST = 40


def add_applications(session: Session, start: date) -> None:
    """Those of the first six campaigns, which began on `start`."""
    chance = random.Random(11)  # noqa: S311 - invented numbers
    secret = signing_secrets(session)[0]
    now = datetime.now(UTC)
    session.add(
        ImportReceipt(
            id=2,
            subject="applications",
            source="ats",
            format="csv",
            file_name="postulaciones.csv",
            full_feed=False,
            read=900,
            created=900,
            updated=0,
            unchanged=0,
            merged=0,
            quarantined=0,
            closed=0,
            started_at=now - timedelta(hours=2, seconds=1),
            finished_at=now - timedelta(hours=2),
        )
    )
    session.flush()
    begins = datetime.combine(start, time(15), UTC)
    for number in RUNNING:
        click_id = new_click_id(secret)
        session.add(
            ApplyLink(plan_id=number, posting_id=number, platform="meta", ordinal=0, click_id=click_id)
        )
        for _ in range(25 + 9 * number):
            far = min(chance.choice((0, 1, 1, 1, 2, 2, 3, 4)), chance.choice((1, 2, 3, 4)))
            _add(session, far, begins + timedelta(hours=chance.randrange(24 * 20)), click_id, "signed")
        _add(session, 1, begins - timedelta(days=4), click_id, "signed")
        _add(session, 1, begins + timedelta(days=80), click_id, "signed")
    for number in range(LOST):
        _add(session, number % 3, begins + timedelta(days=number % 20), "", "none")
        _add(session, 1, begins + timedelta(days=number % 20), f"{number:032x}", "foreign")
    _add(session, 1, begins, new_click_id(b"somebody else's secret"), "forged")
    _add(session, 1, begins, new_click_id(secret), "signed")


def _add(session: Session, far: int, at: datetime, click_id: str, verdict: str) -> None:
    application = random.randbytes(16)  # noqa: S311
    session.add(
        Application(
            source="ats",
            application=application,
            furthest=STEPS[far],
            first_at=at,
            submitted_at=at + timedelta(minutes=9) if far else None,
            click_id=click_id,
            verdict=verdict,
            clicked_at=None,
        )
    )
    session.add(
        ApplicationEvent(
            source="ats",
            application=application,
            step=STEPS[far],
            at=at,
            click_id=click_id,
            clicked_at=at,
            verdict=verdict,
            receipt_id=2,
        )
    )
