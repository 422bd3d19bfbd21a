"""The kill switch: want everything paused, and go on until the platforms confirm that nothing is on.

Without Prefect, and not held up by what fails: each round passes over whatever is not known to be off yet
and then asks the platforms. An ACTIVE call that is still under way can arrive after that; every later pass
of `converge` pauses it again, so it spends for one tick at most.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select

from adflux_core import database
from adflux_core.advertising import AdPlatform, DesiredState, PlatformName
from adflux_core.campaigns.approval import token_prefix
from adflux_core.errors import AdfluxError, PlatformError
from adflux_core.publication.converge import Outcome, converge
from adflux_core.publication.orders import stop_all
from adflux_core.schema.publication import PlatformObject, Publication

AT_ONCE = 8
ROUNDS = 12
LONGEST_WAIT = 10.0  # seconds between two rounds
OFF = {"paused", "closed"}

Open = Callable[[PlatformName], AdPlatform]


class Stopped(BaseModel):
    """Where each publication stands, and what a platform still shows as on, or could not tell."""

    model_config = ConfigDict(frozen=True)

    publications: list[Outcome]
    still_on: list[str]


def stop_until_confirmed(
    actor: str,
    open_platform: Open,
    *,
    quiescence: timedelta,
    account_id: str | None = None,
    wait: Callable[[float], object] = time.sleep,
) -> Stopped:
    """Stop every publication, of one ad account or of all.

    Raises what a platform raises when nothing but a person can make it answer; the wish stands all the same.
    """
    wanted = sorted({*stop_all(actor, account_id), *_closing()})
    ended: dict[int, Outcome] = {}
    left, on = set(wanted), dict.fromkeys(wanted, "not asked yet")
    for number in range(ROUNDS):
        wait(min(2.0 ** (number - 1), LONGEST_WAIT) if number else 0.0)
        asked = sorted(left)
        with ThreadPoolExecutor(AT_ONCE) as workers:
            passed = workers.map(lambda one: _off(one, open_platform, quiescence), asked)
            ended |= zip(asked, passed, strict=True)
        on = _still_on(wanted, open_platform)
        left = {one for one in wanted if ended[one].state not in OFF} | on.keys()
        if not on and not any(ended[one].state == "failed" or ended[one].busy for one in left):
            break
    return Stopped(
        publications=[ended[one] for one in wanted],
        still_on=[f"publication {one}: {what}" for one, what in sorted(on.items())],
    )


def _closing() -> list[int]:
    """What is to be closed and may be on all the same, because no pass has got through yet."""
    with database.transaction() as session:
        closing = select(Publication.id).where(
            Publication.desired_state == DesiredState.CLOSED, Publication.state != "closed"
        )
        return list(session.scalars(closing))


def _off(publication_id: int, open_platform: Open, quiescence: timedelta) -> Outcome:
    try:
        return converge(publication_id, open_platform, quiescence=quiescence)
    except AdfluxError as error:
        return Outcome(publication_id=publication_id, state="failed", detail=str(error))


def _still_on(wanted: Iterable[int], open_platform: Open) -> dict[int, str]:
    """Of these publications, those with something on, in the platforms' own words or for want of them."""
    with database.transaction() as session:
        prefix = token_prefix(session)
        owned = session.execute(
            select(Publication.platform, PlatformObject.external_id, Publication.id)
            .join(Publication, Publication.id == PlatformObject.publication_id)
            .where(Publication.id.in_(list(wanted)), PlatformObject.external_id.is_not(None))
        ).all()
    on: dict[int, str] = {}
    for platform in {PlatformName(row.platform) for row in owned}:
        owners = {row.external_id: row.id for row in owned if row.platform == platform}
        try:
            shown = list(open_platform(platform).list_ours(prefix))
        except PlatformError as error:
            if not error.retriable:
                raise
            on |= dict.fromkeys(owners.values(), f"unknown: {error}")
            continue
        # What stands below a closed campaign is off with it, whatever it says of itself.
        closed = {
            owners.get(found.external_id)
            for found in shown
            if found.kind == "campaign" and found.status is DesiredState.CLOSED
        }
        for found in shown:
            owner = owners.get(found.external_id)
            if owner is not None and owner not in closed and found.status is DesiredState.ACTIVE:
                on[owner] = f"{found.kind} {found.external_id} is {found.effective_status}"
    return on
