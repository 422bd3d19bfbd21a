"""A process that is stopped at a boundary, loses its place to another, and wakes up when all is done."""

from __future__ import annotations

from typing import Any

import psutil
from kill_boundaries import Boundary
from kill_stories import Stage, Story, time_passes
from running_stack import eventually
from sqlalchemy import text

from adflux_core import database
from adflux_core.publication.claim import LOCK_SPACE


def freeze(stage: Stage, boundary: Boundary) -> Story:
    """One is stopped at the boundary, loses its place, another finishes, and it wakes up."""
    child = stage.run_to(boundary)
    assert child is not None, f"{boundary} was not reached: {stage.story.told}"
    child.suspend()
    eventually(lambda: child.status() == psutil.STATUS_STOPPED, pause=0.005)
    _take_its_place(stage, boundary)
    time_passes()
    frozen = stage.standstill.held()
    stage.until_active()
    before, asked = _rows(stage.publication_id), stage.standstill.here.writes()
    child.resume()
    frozen.let_go()
    end = stage.children.wait(child)
    stage.story.told.append(end.said)
    stage.story.killed.append(str(boundary))
    if _rows(stage.publication_id) != before:
        stage.story.wrongs.append("the one that woke up wrote to the database")
    # Between a commit and the call it announces there is no fence, nor can there be one: that call is made.
    # What it makes is PAUSED and nobody's, and the sweep puts it away. The next commit is fenced.
    late = stage.standstill.here.writes() - asked
    if late > 1:
        stage.story.wrongs.append(f"the one that woke up wrote {late} times to the platform")
    return stage.judged(once=late == 0 and boundary.fate != "late")


def _take_its_place(stage: Stage, boundary: Boundary) -> None:
    """The server gives up on the connections of the stopped one, as it does when a machine stops answering.

    At a call only the connection with the lock goes: the others live on, and the epoch alone must hold.
    At a commit a transaction is open, with the publication's row in its hand: all of them go.
    """
    which = """
        SELECT pg_terminate_backend(activity.pid, 10000) FROM pg_stat_activity AS activity
        WHERE activity.client_port = ANY(:ports)
    """
    holder = """
        AND activity.pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND classid = :space
                             AND objid = :publication)
    """
    values: dict[str, Any] = {"ports": stage.standstill.wire.ports()}
    if boundary.kind == "call":
        which += holder
        values |= {"space": LOCK_SPACE, "publication": stage.publication_id}
    with database.transaction() as session:
        ended = session.scalars(text(which), values).all()
    assert ended
    assert all(ended)


def _rows(publication_id: int) -> list[Any]:
    """All that a converging process may write."""
    with database.transaction() as session:
        return [
            session.scalars(text(sql), {"id": publication_id}).all()
            for sql in (
                "SELECT publication::text FROM adflux.publication WHERE id = :id",
                "SELECT node::text FROM adflux.platform_object AS node WHERE publication_id = :id ORDER BY 1",
                "SELECT audit::text FROM adflux.audit WHERE publication_id = :id ORDER BY id",
            )
        ]
