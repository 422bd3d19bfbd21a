"""Alerts on record: begun, repeated, taken on by somebody, ended."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, text
from sqlalchemy.orm import Session

from adflux_core import database
from adflux_core.alerts.causes import PATIENCE, Cause, repeated_after
from adflux_core.errors import InputError
from adflux_core.schema.alerts import Alert
from adflux_core.schema.publication import Audit


def record(session: Session, causes: Iterable[Cause], now: datetime) -> list[Alert]:
    """Make the open alerts equal to these causes; those to tell somebody of now, the oldest first.

    Two watchers at once: the second waits here until the first has told its alerts.
    """
    session.execute(text("SELECT pg_advisory_xact_lock(hashtext('adflux.alerts'))"))
    known = {(one.kind, one.platform, one.subject): one for one in session.scalars(_open())}
    there = {(one.kind, one.platform, one.subject): one for one in causes}
    for key, alert in known.items():
        if key not in there:
            alert.ended_at = now
    for key, cause in there.items():
        if key not in known:
            known[key] = Alert(kind=cause.kind, platform=cause.platform, subject=cause.subject, first_at=now)
            session.add(known[key])
        known[key].detail, known[key].last_at = cause.detail, now
    session.flush()
    return sorted((known[key] for key in there if _due(known[key], now)), key=lambda one: one.id)


def mark_told(alerts: Sequence[Alert], now: datetime) -> None:
    for alert in alerts:
        alert.told_at = now
        alert.times_told += 1


def acknowledge(alert_id: int, person: str) -> Alert:
    """Somebody takes it on: it is not repeated. A second time changes nothing. Raises InputError."""
    with database.transaction() as session:
        alert = session.get(Alert, alert_id, with_for_update=True)
        if alert is None:
            raise InputError(f"alert {alert_id} does not exist: see `adflux alerts`")
        if alert.acknowledged_by is None:
            at = session.scalars(select(func.now())).one()
            alert.acknowledged_by, alert.acknowledged_at = person, at
            session.add(Audit(actor=person, action="acknowledge", detail={"alert": alert_id}))
        return alert


def alerts(*, ended: bool = False, limit: int = 50) -> list[Alert]:
    """The open ones, or with `ended` the others too; the newest first."""
    wanted = select(Alert) if ended else _open()
    with database.transaction() as session:
        return list(session.scalars(wanted.order_by(Alert.id.desc()).limit(limit)))


def shown(alert: Alert) -> dict[str, Any]:
    """As a row for people and programs."""
    return {column.name: getattr(alert, column.name) for column in Alert.__table__.columns}


def _open() -> Select[Alert]:
    return select(Alert).where(Alert.ended_at.is_(None))


def _due(alert: Alert, now: datetime) -> bool:
    if alert.acknowledged_by is not None:
        return False
    if alert.told_at is None:
        return now - alert.first_at >= PATIENCE.get(alert.kind, now - now)
    return now - alert.told_at >= repeated_after(alert.kind)
