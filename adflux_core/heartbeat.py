"""Work that must recur says that it was done, and which platforms answered: silence is noticed by others."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import delete, func
from sqlalchemy.dialects.postgresql import insert

from adflux_core import database
from adflux_core.errors import AmbiguousError, ThrottledError, UnavailableError
from adflux_core.schema.alerts import PlatformTrouble
from adflux_core.schema.reports import Heartbeat


def beat(work: str) -> None:
    """`work` was done to its end, just now. Who listens: `reports.attention`, and so `adflux doctor`."""
    beaten = insert(Heartbeat).values(work=work)
    with database.transaction() as session:
        session.execute(
            beaten.on_conflict_do_update(index_elements=["work"], set_={"beat_at": func.clock_timestamp()})
        )


def note_answers(answered: Collection[str], failures: Iterable[Exception]) -> None:
    """After a run: which platforms answered at least once, and which gave no answer at all, once or again.

    A refusal is an answer; a reply of 5xx, a throttle or none is not.
    """
    silent = {
        failure.platform: str(failure)
        for failure in failures
        if isinstance(failure, UnavailableError | AmbiguousError | ThrottledError)
        and failure.platform not in {"", *answered}
    }
    with database.transaction() as session:
        session.execute(delete(PlatformTrouble).where(PlatformTrouble.platform.in_(answered)))
        for platform, reason in silent.items():
            troubled = insert(PlatformTrouble).values(platform=platform, runs=1, reason=reason)
            more = {"runs": PlatformTrouble.runs + 1, "reason": reason}
            session.execute(troubled.on_conflict_do_update(index_elements=["platform"], set_=more))
