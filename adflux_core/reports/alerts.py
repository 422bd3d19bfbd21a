"""Alerts: what somebody was told of, who took it on, and what is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from adflux_core.reports.asking import ask


@dataclass(frozen=True)
class AlertRow:
    """One cause for as long as it lasts; open while `ended_at` is None."""

    id: int
    kind: str
    platform: str
    subject: str
    detail: str
    first_at: datetime
    last_at: datetime
    times_told: int
    acknowledged_by: str | None
    acknowledged_at: datetime | None
    ended_at: datetime | None


ALERT = """
    SELECT id, kind, platform, subject, detail, first_at, last_at, times_told, acknowledged_by,
           acknowledged_at, ended_at
    FROM adflux.alert
"""


def open_alerts() -> list[AlertRow]:
    """The newest first."""
    return ask(AlertRow, f"{ALERT} WHERE ended_at IS NULL ORDER BY id DESC")


def last_alerts(limit: int = 20) -> list[AlertRow]:
    """The open ones and those that are over; the newest first."""
    return ask(AlertRow, f"{ALERT} ORDER BY id DESC LIMIT :limit", limit=limit)
