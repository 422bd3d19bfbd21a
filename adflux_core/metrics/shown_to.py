"""To whom ads were shown, by age and gender, where the platform says so: a window made equal to that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date

from sqlalchemy import delete, insert

from adflux_core import database
from adflux_core.advertising import AdPlatform, ShownTo
from adflux_core.metrics.evidence import Evidence
from adflux_core.schema.metrics import AdShownTo


def sync_shown_to(platform: AdPlatform, since: date, until: date) -> int | None:
    """Replace the days of [since, until]; how many rows there are now, None where the platform is silent.

    Raises what reading raises; then what was stored stands.
    """
    with Evidence() as seen:
        found = platform.read_shown_to(since, until, seen)
        if found is None:
            return None
        _replace(platform, found, since, until, seen)
    return len(found)


def _replace(
    platform: AdPlatform, found: Sequence[ShownTo], since: date, until: date, seen: Evidence
) -> None:
    account = {"platform": platform.name, "account_id": platform.account().external_id}
    with database.transaction() as session:
        session.execute(
            delete(AdShownTo).where(
                AdShownTo.platform == account["platform"],
                AdShownTo.account_id == account["account_id"],
                AdShownTo.date_day.between(since, until),
            )
        )
        if found:
            session.execute(insert(AdShownTo), [{**account, **asdict(one)} for one in found])
        seen.store_shapes(session, **account)
