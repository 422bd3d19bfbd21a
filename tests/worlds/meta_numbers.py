"""Daily numbers of a sandboxed Meta account: as they are stored, and as they really are."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from adflux_core import database
from adflux_core.schema.metrics import AdMetricsRow
from sandbox.server import Sandbox

FIRST = date(2026, 10, 1)


def stored() -> list[tuple[Any, ...]]:
    with database.transaction() as session:
        rows = session.scalars(select(AdMetricsRow).order_by(AdMetricsRow.date_day, AdMetricsRow.ad_id)).all()
        return [(str(r.date_day), r.ad_id, r.impressions, r.clicks, r.spend, r.applications) for r in rows]


def truth(world: Sandbox, until: date) -> list[tuple[Any, ...]]:
    rows = world.control("GET", "truth", {"since": str(FIRST), "until": str(until)})["reported"]
    return [
        (r["date_day"], r["ad_id"], r["impressions"], r["clicks"], Decimal(r["spend"]), r["applications"])
        for r in sorted(rows, key=lambda r: (r["date_day"], r["ad_id"]))
    ]
