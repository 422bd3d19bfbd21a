"""The kill switch: want everything paused, and go on until the platforms confirm that nothing is on.

Without Prefect, and not held up by what fails: each round passes over whatever is not known to be off yet
and then asks the platforms. An ACTIVE call that is still under way can arrive after that; every later pass
of `converge` pauses it again, so it spends for one tick at most.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select

from adflux_core import database
from adflux_core.advertising import DesiredState, PlatformName
from adflux_core.errors import AdfluxError, PlatformError, UnknownAccountError
from adflux_core.publication.converge import Open, Outcome, converge
from adflux_core.publication.orders import stop_all
from adflux_core.publication.switches import read_switches
from adflux_core.schema.publication import PlanItem, PlatformObject, Publication

AT_ONCE = 8
# A minute that a platform makes us rest takes nine; with one call in ten failing, 200 are off in seven.
ROUNDS = 16
LONGEST_WAIT = 10.0  # seconds between two rounds
OFF = {"paused", "closed"}


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

    Raises what an account raises when nothing but a person can make it answer, once all others are off or
    out of rounds; the wish stands all the same.
    """
    wanted = sorted({*stop_all(actor, account_id), *_closing()})
    ended: dict[int, Outcome] = {}
    on: dict[int, str | AdfluxError] = {}
    lost: dict[int, AdfluxError] = {}
    left = set(wanted)
    for number in range(ROUNDS):
        wait(min(2.0 ** (number - 1), LONGEST_WAIT) if number else 0.0)
        passed_over = sorted(left)
        with ThreadPoolExecutor(AT_ONCE) as workers:
            outcomes = workers.map(lambda one: _off(one, open_platform, quiescence), passed_over)
            ended |= zip(passed_over, outcomes, strict=True)
        shown = _still_on(left | on.keys(), open_platform)
        lost |= {one: what for one, what in shown.items() if not isinstance(what, str) and not what.retriable}
        on = {one: what for one, what in shown.items() if one not in lost}
        # What was off is not passed over again for want of an answer: that would put it in doubt again.
        left = {one for one in wanted if ended[one].state not in OFF or isinstance(on.get(one), str)}
        left -= lost.keys()
        if not on and not any(ended[one].state == "failed" or ended[one].busy for one in left):
            break
    for failure in lost.values():
        raise failure
    return Stopped(
        publications=[ended[one] for one in wanted],
        still_on=[
            f"publication {one}: " + (what if isinstance(what, str) else f"unknown: {what}")
            for one, what in sorted(on.items())
        ],
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


def _still_on(wanted: Iterable[int], open_platform: Open) -> dict[int, str | AdfluxError]:
    """Of these publications, those with something on, in the platforms' own words, or with no answer.

    Each is asked for by itself: one list of everything would be as unsure as its unluckiest page.
    """
    with database.transaction() as session:
        rows = session.execute(
            select(
                Publication.id,
                Publication.platform,
                PlanItem.account_id,
                PlatformObject.kind,
                PlatformObject.external_id,
            )
            .join(PlatformObject, PlatformObject.publication_id == Publication.id)
            .join(
                PlanItem,
                (PlanItem.plan_id == Publication.plan_id)
                & (PlanItem.posting_id == Publication.posting_id)
                & (PlanItem.platform == Publication.platform),
            )
            .where(Publication.id.in_(list(wanted)), PlatformObject.external_id.is_not(None))
        ).all()
    bound: dict[int, dict[str, str]] = {}
    for row in rows:
        bound.setdefault(row.id, {})[row.kind] = row.external_id
    accounts = {row.id: (PlatformName(row.platform), row.account_id) for row in rows}
    with ThreadPoolExecutor(AT_ONCE) as workers:
        shown = workers.map(lambda one: _shown_on(accounts[one], bound[one], open_platform), bound)
        return {one: what for one, what in zip(bound, shown, strict=True) if what}


def _shown_on(
    account: tuple[PlatformName, str], bound: Mapping[str, str], open_platform: Open
) -> str | AdfluxError:
    """What of these objects is on, empty when nothing is; or why it could not be told."""
    try:
        seen = read_switches(open_platform(*account), bound).values()
    except (PlatformError, UnknownAccountError) as error:
        return error
    # What stands below a closed campaign is off with it, whatever it says of itself.
    if any(one.kind == "campaign" and one.status is DesiredState.CLOSED for one in seen):
        return ""
    return ", ".join(
        f"{one.kind} {one.external_id} is {one.effective_status}"
        for one in seen
        if one.status is DesiredState.ACTIVE
    )
