"""The write: COPY into a temporary table, keep what is new, work out the applications it touches."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import psycopg
from sqlalchemy import Connection, text

from adflux_core.applications.columns import STEPS
from adflux_core.applications.events import Event
from adflux_core.errors import DatabaseUnavailableError
from adflux_core.intake.records import Bad

_STAGE = """
    CREATE TEMPORARY TABLE incoming (
        line bigint, reason text, content text, application bytea, step text, at timestamptz, click_id text,
        clicked_at timestamptz, verdict text
    ) ON COMMIT DROP
"""
_COPY = """
    COPY incoming (line, reason, content, application, step, at, click_id, clicked_at, verdict) FROM STDIN
"""
_DISTINCT = """
    CREATE TEMPORARY TABLE said ON COMMIT DROP AS
    SELECT DISTINCT application, step, at, click_id, coalesce(clicked_at, 'infinity') AS clicked_at, verdict
    FROM incoming WHERE reason IS NULL
"""
_FRESH = """
    CREATE TEMPORARY TABLE fresh ON COMMIT DROP AS
    SELECT said.* FROM said LEFT JOIN (
        SELECT application, step, at, click_id, clicked_at, true AS known
        FROM adflux.application_event WHERE source = :source
    ) AS told USING (application, step, at, click_id, clicked_at)
    WHERE known IS NULL
"""
_KEEP = """
    INSERT INTO adflux.application_event
        (source, application, step, at, click_id, clicked_at, verdict, receipt_id)
    SELECT :source, application, step, at, click_id, clicked_at, verdict, :receipt FROM fresh
"""
# A click id of ours counts before one of somebody else's, and then the earlier: whatever came in first.
_FIRST = "verdict = 'signed' DESC, verdict = 'forged' DESC, at, click_id COLLATE \"C\""
_STEPS = f"CAST('{{{','.join(STEPS)}}}' AS text[])"
_FOLLOWS = ("furthest", "first_at", "submitted_at", "click_id", "verdict", "clicked_at")
_WORK_OUT = f"""
    INSERT INTO adflux.application AS known
        (source, application, {", ".join(_FOLLOWS)})
    SELECT :source, application, ({_STEPS})[max(place)], min(at), min(at) FILTER (WHERE place > 1),
           coalesce((array_agg(click_id ORDER BY {_FIRST}) FILTER (WHERE click_id <> ''))[1], ''),
           coalesce((array_agg(verdict ORDER BY {_FIRST}) FILTER (WHERE click_id <> ''))[1], 'none'),
           nullif(min(clicked_at), 'infinity')
    FROM (SELECT *, array_position({_STEPS}, step) AS place FROM adflux.application_event
          WHERE source = :source AND application IN (SELECT application FROM fresh)) AS event
    GROUP BY application
    ON CONFLICT (source, application) DO UPDATE SET ({", ".join(_FOLLOWS)}) =
        ({", ".join(f"excluded.{name}" for name in _FOLLOWS)})
    WHERE ({", ".join(f"known.{name}" for name in _FOLLOWS)}) IS DISTINCT FROM
        ({", ".join(f"excluded.{name}" for name in _FOLLOWS)})
"""  # noqa: S608 - constants of this module
_JUDGE = """
    SELECT coalesce(reason, '') AS reason, count(*) AS applications
    FROM adflux.attributed_application
    WHERE source = :source AND application IN (SELECT application FROM said)
    GROUP BY reason ORDER BY reason
"""


class Told(NamedTuple):
    """The rows of a file: in all, not believed, different from each other, and new to us."""

    read: int
    bad: int
    different: int
    fresh: int


def stage(connected: Connection, source: str, rows: Iterable[Event | Bad]) -> Told:
    """Stream the rows into temporary tables. Imports of one source wait for each other until they end."""
    connected.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended('adflux.applications:' || :source, 0))"),
        {"source": source},
    )
    connected.execute(text("SET LOCAL jit = off"))  # compiling these statements costs more than running them
    connected.execute(text(_STAGE))
    read, bad = _copy(connected, rows)
    different = connected.execute(text(_DISTINCT)).rowcount
    fresh = connected.execute(text(_FRESH), {"source": source}).rowcount
    connected.execute(text("ANALYZE fresh"))
    return Told(read, bad, different, fresh)


def _copy(connected: Connection, rows: Iterable[Event | Bad]) -> tuple[int, int]:
    driver = connected.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    read = bad = 0
    nothing = (None,) * 6
    try:
        with driver.cursor() as cursor, cursor.copy(_COPY) as copy:
            for row in rows:
                read += 1
                if isinstance(row, Bad):
                    bad += 1
                    copy.write_row((row.line, row.reason, "", *nothing))
                else:
                    copy.write_row((row.line, None, None, *row[1:]))
    except psycopg.OperationalError as error:
        raise DatabaseUnavailableError(f"the database went away during the import: {error}") from None
    return read, bad


def keep(connected: Connection, source: str, receipt: int) -> dict[str, int]:
    """Keep what is new. How many of the file's applications count for an ad (""), or why not."""
    connected.execute(text(_KEEP), {"source": source, "receipt": receipt})
    connected.execute(text(_WORK_OUT), {"source": source})
    judged = connected.execute(text(_JUDGE), {"source": source})
    return {row.reason: row.applications for row in judged}
