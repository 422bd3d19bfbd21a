"""Work that must recur says that it was done, so that its silence can be noticed by whoever else is alive."""

from __future__ import annotations

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert

from adflux_core import database
from adflux_core.schema.reports import Heartbeat


def beat(work: str) -> None:
    """`work` was done to its end, just now. Who listens: `reports.attention`, and so `adflux doctor`."""
    beaten = insert(Heartbeat).values(work=work)
    with database.transaction() as session:
        session.execute(
            beaten.on_conflict_do_update(index_elements=["work"], set_={"beat_at": func.clock_timestamp()})
        )
