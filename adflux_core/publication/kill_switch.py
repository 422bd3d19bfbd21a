"""The standing kill switch: while it is thrown, for one ad account or for all, nothing is desired to run.

It stands above every publication's own wish, so that what is published or resumed by somebody who does not
know of it is held back, too, and what was missed is paused by the next pass.
"""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from adflux_core import database
from adflux_core.errors import RefusedError
from adflux_core.schema.publication import Audit, KillSwitch

EVERY_ACCOUNT = ""


def throw(session: Session, actor: str, account_id: str | None) -> None:
    """From this commit on nothing runs, on one account or on all. Thrown twice is thrown once."""
    scope = account_id or EVERY_ACCOUNT
    session.execute(insert(KillSwitch).values(account_id=scope, thrown_by=actor).on_conflict_do_nothing())
    session.add(Audit(actor=actor, action="throw kill switch", detail={"account": scope}))


def release(actor: str, account_id: str | None = None) -> None:
    """Take it back; what it paused stays paused until resumed. Raises RefusedError if it is not thrown."""
    scope = account_id or EVERY_ACCOUNT
    with database.transaction() as session:
        was_on = session.execute(
            delete(KillSwitch).where(KillSwitch.account_id == scope).returning(KillSwitch.account_id)
        ).scalar_one_or_none()
        if was_on is None:
            raise RefusedError(f"the kill switch of {account_id or 'every account'} is not thrown")
        session.add(Audit(actor=actor, action="release kill switch", detail={"account": scope}))


def thrown(session: Session, account_id: str) -> KillSwitch | None:
    """The switch that holds this account's publications back, if any; that of all accounts first."""
    return session.scalars(
        select(KillSwitch)
        .where(KillSwitch.account_id.in_([EVERY_ACCOUNT, account_id]))
        .order_by(KillSwitch.account_id)
    ).first()


def refuse_if_thrown(session: Session, account_id: str) -> None:
    """Raises RefusedError, with who threw it, when, and how it is taken back."""
    switch = thrown(session, account_id)
    if switch is not None:
        scope = f" --account {switch.account_id}" if switch.account_id else ""
        raise RefusedError(
            f"everything{' on ' + switch.account_id if scope else ''} was stopped by {switch.thrown_by} at "
            f"{switch.thrown_at:%Y-%m-%d %H:%M} UTC: `adflux stop-all --release{scope}` first"
        )
