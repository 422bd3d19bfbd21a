"""Until when each platform's credential is valid, as the platform itself says."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol, runtime_checkable

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert

from adflux_core import database
from adflux_core.accounts import open_platform
from adflux_core.advertising import PlatformName
from adflux_core.platforms import configured_accounts
from adflux_core.schema.alerts import CredentialExpiry


@runtime_checkable
class TellsExpiry(Protocol):
    """A platform that can say until when its credential is valid."""

    def credential_expiry(self) -> tuple[str, datetime | None]:
        """The ad account, and when its credential runs out; None: it does not."""


def note_expiry(name: PlatformName) -> datetime | None:
    """Ask the platform and keep the answer; None where it does not say. Raises what the platform raises.

    All accounts of a platform are opened by one credential, so the first of them is asked.
    """
    platform = open_platform(*configured_accounts(name)[0])
    if not isinstance(platform, TellsExpiry):
        return None
    account_id, expires = platform.credential_expiry()
    known = {"expires_at": expires, "read_at": func.now()}
    noted = insert(CredentialExpiry).values(platform=name, account_id=account_id, **known)
    with database.transaction() as session:
        session.execute(noted.on_conflict_do_update(index_elements=["platform", "account_id"], set_=known))
    return expires
