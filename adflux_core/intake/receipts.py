"""The receipt: what became of every row of a file, kept in the database whatever the rows are about."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, text

from adflux_core.errors import InputError

LONGEST_SOURCE = 200
# The receipt shows the first ones; the table `quarantined_row` holds them all.
SHOWN = 100

_RECEIPT = """
    INSERT INTO adflux.import_receipt (subject, source, format, file_name, full_feed, read, created, updated,
        unchanged, merged, quarantined, closed, started_at)
    VALUES (:subject, :source, :format, :file_name, :full, :read, :created, :updated, :unchanged, :merged,
        :quarantined, :closed, :started_at)
    RETURNING id
"""
_QUARANTINE = """
    INSERT INTO adflux.quarantined_row (receipt_id, line, reason, content)
    SELECT :receipt, line, reason, content FROM incoming WHERE reason IS NOT NULL
"""
_FIRST_BAD = """
    SELECT line, reason FROM adflux.quarantined_row WHERE receipt_id = :receipt ORDER BY line LIMIT :shown
"""


class Counts(NamedTuple):
    """What became of the rows: read = created + updated + unchanged + merged + quarantined."""

    read: int
    created: int
    updated: int
    unchanged: int
    merged: int
    quarantined: int
    closed: int


def check_source(source: str) -> None:
    """Raises InputError on a name that nobody could tell from others, or read."""
    if not source.strip() or len(source) > LONGEST_SOURCE or not source.isprintable():
        raise InputError(f"{source[:40]!r} is not a source: give a short name, such as --source acme")


def file_name_of(path: Path) -> str:
    """The file's name as text that can be stored; what is no text in it becomes a question mark."""
    return path.name.encode("utf-8", "replace").decode()


def keep_receipt(
    connected: Connection, counts: Counts, started_at: datetime, **told: object
) -> tuple[int, list[tuple[int, str]]]:
    """Write the receipt and its quarantined rows, which stand in the temporary table `incoming`.

    Returns its id and the first of them as (line, reason).
    """
    values = {**counts._asdict(), "started_at": started_at, **told}
    receipt: int = connected.execute(text(_RECEIPT), values).scalar_one()
    if not counts.quarantined:
        return receipt, []
    connected.execute(text(_QUARANTINE), {"receipt": receipt})
    first = connected.execute(text(_FIRST_BAD), {"receipt": receipt, "shown": SHOWN})
    return receipt, [(line, reason) for line, reason in first]
