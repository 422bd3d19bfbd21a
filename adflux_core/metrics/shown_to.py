"""To whom ads were shown, by age and gender, where the platform says so: months made equal to that.

By month, since nobody asks which day it was, and a day more costs no row more.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import delete

from adflux_core import database
from adflux_core.advertising import AdPlatform, ShownTo
from adflux_core.metrics.evidence import Evidence
from adflux_core.schema.metrics import AdShownTo


def sync_shown_to(platform: AdPlatform, since: date, until: date, today: date) -> int | None:
    """Replace the months that [since, until] touches, as they are on the account's `today`.

    Gives how many rows there are now, None where the platform is silent. Raises what reading raises; then
    what was stored stands.
    """
    month_ends = until.replace(day=monthrange(until.year, until.month)[1])
    first, last = since.replace(day=1), max(until, min(month_ends, today - timedelta(1)))
    with Evidence() as seen:
        found = platform.read_shown_to(first, last, seen)
        if found is None:
            return None
        _replace(platform, found, first, last, seen)
    return len(found)


def _replace(platform: AdPlatform, found: Sequence[ShownTo], first: date, last: date, seen: Evidence) -> None:
    whose = {"platform": platform.name, "account_id": platform.account().external_id}
    with database.transaction() as session:
        session.execute(delete(AdShownTo).filter_by(**whose).where(AdShownTo.month.between(first, last)))
        raw = session.connection().connection.driver_connection
        assert raw is not None
        names = ", ".join((*whose, *ShownTo._fields))
        with raw.cursor() as cursor, cursor.copy(f"COPY adflux.ad_shown_to ({names}) FROM STDIN") as rows:
            for one in found:
                rows.write_row((*whose.values(), *one))
        seen.store_shapes(session, **whose)
