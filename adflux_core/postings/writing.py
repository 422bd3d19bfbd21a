"""The write: COPY into a temporary table, then a few statements that each say one thing about all rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import psycopg
from sqlalchemy import Connection, text

from adflux_core.errors import DatabaseUnavailableError, RefusedError
from adflux_core.intake.receipts import Counts
from adflux_core.intake.records import Bad
from adflux_core.postings.rows import COLUMNS, Line, bad_line

# A posting absent from this many complete feeds in a row is closed.
MISSES = 2
# Pieces of lines handed to the driver at once: each hand-over costs about as much as making a line.
BATCH = 128

_NAMES = ", ".join(COLUMNS)
_STAGE = f"""
    CREATE TEMPORARY TABLE incoming ON COMMIT DROP AS
    SELECT 0::bigint AS line, ''::text AS reason, ''::text AS content, external_id, content_hash, {_NAMES}
    FROM adflux.posting WITH NO DATA
"""  # noqa: S608 — only our own column names
_DECIDE = """
    CREATE TEMPORARY TABLE matched (line bigint, id bigint, changed boolean, missed boolean) ON COMMIT DROP
"""
_COPY = f"COPY incoming (line, reason, content, external_id, content_hash, {_NAMES}) FROM STDIN"
_MERGE = """
    DELETE FROM incoming USING (
        SELECT external_id, max(line) AS last FROM incoming
        WHERE reason IS NULL GROUP BY external_id HAVING count(*) > 1
    ) AS repeated
    WHERE incoming.external_id = repeated.external_id AND incoming.line < repeated.last
"""
# Found out before anything is written: a join that reads the table an INSERT is filling reads its own rows
# over and over where the planner takes the table for empty (200,000 rows: minutes instead of seconds).
_MATCH = """
    INSERT INTO matched (line, id, changed, missed)
    SELECT incoming.line, posting.id,
        posting.content_hash <> incoming.content_hash OR posting.status = 'closed',
        posting.missed_feeds > 0
    FROM incoming LEFT JOIN adflux.posting
        ON posting.source = :source AND posting.external_id = incoming.external_id
    WHERE incoming.reason IS NULL
"""
_HELD = """
    SELECT (SELECT count(*) FROM adflux.posting WHERE source = :source AND status = 'open') AS open,
        (SELECT count(*) FROM adflux.posting JOIN matched USING (id) WHERE status = 'open') AS held
"""
_UPDATE = f"""
    UPDATE adflux.posting SET ({_NAMES}, content_hash, status, missed_feeds, updated_at) =
        ({", ".join(f"incoming.{name}" for name in COLUMNS)}, incoming.content_hash, 'open', 0, now())
    FROM matched JOIN incoming USING (line)
    WHERE posting.id = matched.id AND matched.changed
"""  # noqa: S608
_SEEN = """
    UPDATE adflux.posting SET missed_feeds = 0 FROM matched
    WHERE posting.id = matched.id AND matched.missed AND NOT matched.changed
"""
_MISS = """
    UPDATE adflux.posting SET missed_feeds = missed_feeds + 1
    WHERE source = :source AND status = 'open'
        AND NOT EXISTS (SELECT FROM matched WHERE matched.id = posting.id)
"""
_CLOSE = """
    UPDATE adflux.posting SET status = 'closed', updated_at = now()
    WHERE source = :source AND status = 'open' AND missed_feeds >= :misses
"""
_CREATE = f"""
    INSERT INTO adflux.posting (source, external_id, content_hash, {_NAMES})
    SELECT :source, external_id, content_hash, {_NAMES} FROM matched JOIN incoming USING (line)
    WHERE matched.id IS NULL
"""  # noqa: S608


def lock_source(connected: Connection, source: str) -> None:
    """Imports of one source wait for each other until the end of their transactions."""
    connected.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended('adflux.postings:' || :source, 0))"),
        {"source": source},
    )


def stage(connected: Connection, rows: Iterable[Line | Bad]) -> tuple[int, int]:
    """Stream rows into the temporary table. Returns how many were read, and how many of them were bad."""
    connected.execute(text("SET LOCAL jit = off"))  # compiling these statements costs more than running them
    connected.execute(text("SET LOCAL work_mem = '64MB'"))  # else a join of 200,000 ids goes by way of disk
    connected.execute(text(_STAGE))
    connected.execute(text(_DECIDE))
    driver = connected.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    read = bad = 0
    try:
        with driver.cursor() as cursor, cursor.copy(_COPY) as copy:
            waiting: list[bytes] = []
            for row in rows:
                read += 1
                if isinstance(row, Bad):
                    bad += 1
                    waiting += bad_line(row)
                else:
                    waiting += row
                if len(waiting) >= BATCH:
                    copy.write(b"".join(waiting))
                    waiting.clear()
            copy.write(b"".join(waiting))
    except psycopg.OperationalError as error:
        raise DatabaseUnavailableError(f"the database went away during the import: {error}") from None
    return read, bad


def settle(connected: Connection, source: str, read: int, bad: int, *, full: bool, force: bool) -> Counts:
    """Merge, update, create and close. Raises RefusedError when a full feed looks like half a feed."""
    named = {"source": source}
    merged = _run(connected, _MERGE)
    _run(connected, _MATCH, **named)
    _run(connected, "ANALYZE matched")
    if full and not force:
        _refuse_half(connected, source)
    updated = _run(connected, _UPDATE)
    _run(connected, _SEEN)
    closed = 0
    if full:
        _run(connected, _MISS, **named)
        closed = _run(connected, _CLOSE, misses=MISSES, **named)
    created = _run(connected, _CREATE, **named)
    unchanged = read - bad - merged - updated - created
    return Counts(read, created, updated, unchanged, merged, bad, closed)


def _refuse_half(connected: Connection, source: str) -> None:
    found = connected.execute(text(_HELD), {"source": source}).one()
    if found.held * 2 < found.open:
        raise RefusedError(
            f"the full feed holds {found.held} of the {found.open} open postings of {source!r}: the others "
            "would be closed; check the file, or say --force"
        )


def _run(connected: Connection, statement: str, **values: Any) -> int:
    return connected.execute(text(statement), values).rowcount
