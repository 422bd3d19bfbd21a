"""Find what carries our name on a platform and belongs to no publication; stop it, then put it away.

An object no publication owns was created PAUSED and never activated, so it does not spend. It is still
garbage: paused once more, and archived when it is certain that nobody is about to claim it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.orm import Session

from adflux_core import database
from adflux_core.advertising import AdPlatform, DesiredState, PlatformName, RemoteObject
from adflux_core.campaigns.approval import token_prefix
from adflux_core.schema.publication import Audit, Orphan, PlatformObject


class Swept(BaseModel):
    """One orphan and what was done: `paused` now and to be archived later, or `archived`."""

    model_config = ConfigDict(frozen=True)

    platform: PlatformName
    kind: str
    external_id: str
    action: str


def sweep(
    platform: AdPlatform,
    *,
    quiescence: timedelta,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> list[Swept]:
    """One look over the account, converge having run before. Raises what the platform raises."""
    with database.transaction() as session:
        prefix = token_prefix(session)
    swept = []
    for found in platform.list_ours(prefix):
        if found.status is DesiredState.CLOSED:
            continue
        with database.transaction() as session:
            certain = _nobodys(session, platform.name, found, prefix, now(), quiescence)
        if certain is None:
            continue
        platform.set_status(found.kind, found.external_id, DesiredState.PAUSED)
        if certain:
            platform.set_status(found.kind, found.external_id, DesiredState.CLOSED)
        action = "archived" if certain else "paused"
        with database.transaction() as session:
            session.get_one(Orphan, (platform.name, found.external_id)).action = action
            session.add(Audit(actor="sweep", action=action, detail={"external_id": found.external_id}))
        swept.append(
            Swept(platform=platform.name, kind=found.kind, external_id=found.external_id, action=action)
        )
    return swept


def _nobodys(
    session: Session,
    platform: PlatformName,
    found: RemoteObject,
    prefix: str,
    now: datetime,
    quiescence: timedelta,
) -> bool | None:
    token = prefix + found.name.rpartition(prefix)[2]
    owner = session.scalars(select(PlatformObject).where(PlatformObject.token == token)).one_or_none()
    if verdict(owner, found.external_id, now, now, quiescence) is None:
        return None
    known = session.get(Orphan, (platform, found.external_id))
    if known is None:
        known = Orphan(
            platform=platform,
            external_id=found.external_id,
            kind=found.kind,
            name=found.name,
            seen_at=now,
            action="seen",
        )
        session.add(known)
    return verdict(owner, found.external_id, known.seen_at, now, quiescence)


def verdict(
    owner: PlatformObject | None, external_id: str, seen_at: datetime, now: datetime, quiescence: timedelta
) -> bool | None:
    """None: somebody's, or about to be. False: nobody's as it seems. True: nobody's for certain."""
    if owner is not None and (owner.external_id == external_id or owner.state == "ATTEMPTED"):
        return None
    # Its token is bound to another object or its publication is closed, so nobody can ever adopt this one; or
    # it has been left alone for longer than any answer can be late. Our own clock counts: theirs may differ.
    unwanted = owner is not None and (owner.external_id is not None or owner.state == "GONE")
    return unwanted or now >= seen_at + quiescence
