"""What a platform said of an ad account, kept for the screens, which cannot ask it."""

from __future__ import annotations

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from adflux_core.advertising import Account
from adflux_core.campaigns.caps import first_caps
from adflux_core.schema.publication import AdAccount


def remember_account(session: Session, account: Account) -> None:
    """Keep it as it is now; one that is seen for the first time gets its cautious caps."""
    values = {
        "platform": account.platform,
        "external_id": account.external_id,
        "name": account.name,
        "currency": account.currency,
        "time_zone": account.time_zone,
    }
    session.execute(
        insert(AdAccount)
        .values(values)
        .on_conflict_do_update(
            index_elements=["platform", "external_id"], set_=values | {"read_at": func.now()}
        )
    )
    first_caps(session, account)
