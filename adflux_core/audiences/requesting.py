"""Somebody wants an audience: whose, for which purpose of consent, and whether there are enough people."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime

from sqlalchemy import text

from adflux_core import database
from adflux_core.advertising import PlatformName
from adflux_core.audiences.members import people
from adflux_core.audiences.sending import FEWEST
from adflux_core.campaigns.aiming import aim_at
from adflux_core.errors import RefusedError
from adflux_core.platforms import chosen_account


def request_audience(
    segment_id: int,
    purpose: str,
    requested_by: str,
    today: date | None = None,
    account_id: str | None = None,
) -> int:
    """The audience of the segment's newest version for a purpose; the one there is, where there is one.

    Nothing is sent yet. Raises InputError on an unknown segment, RefusedError on one that has ended and
    where fewer than 100 people have a consent for that very purpose that is still valid.
    """
    account = chosen_account(PlatformName.META, account_id)
    purpose = " ".join(purpose.split())
    with database.transaction() as session:
        aim = aim_at(session, segment_id)
        connected = session.connection()
        agreed = people(connected, aim.segment_id, aim.version_id, purpose, today or datetime.now(UTC).date())
        if agreed < FEWEST:
            raise RefusedError(
                f"{agreed} people of segment {segment_id} agreed to {purpose!r} and can be reached: "
                f"an audience needs {FEWEST}"
            )
        audience: int = connected.execute(
            text("""INSERT INTO adflux.audience AS kept
                        (account_id, segment_id, version_id, purpose, token, requested_by)
                    VALUES (:account, :segment, :version, :purpose, :token, :by)
                    ON CONFLICT (account_id, segment_id, version_id, purpose)
                        DO UPDATE SET purpose = kept.purpose
                    RETURNING id"""),
            {
                "account": account.account_id,
                "segment": aim.segment_id,
                "version": aim.version_id,
                "purpose": purpose,
                "token": f"[adflux:{secrets.token_hex(8)}]",
                "by": requested_by,
            },
        ).scalar_one()
    return audience
