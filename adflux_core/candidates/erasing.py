"""Candidates are erased: the people, what the law protects, memberships; then everything is searched."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

import psycopg
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, text

from adflux_core import database
from adflux_core.errors import AdfluxError, InputError

# A shorter value is found in texts that are not about this person.
SHORTEST = 6
HOLDERS = (
    ("adflux_protected.candidate_attribute", "candidate_id"),
    ("adflux.segment_member", "candidate_id"),
    ("adflux.candidate_merge", "candidate_id"),
    ("adflux.candidate_merge", "merged_candidate_id"),
    ("adflux.candidate", "id"),
)
# Where other people's own keys are: whoever shares an agency's address stays, and keeps it.
OTHERS = {("adflux.candidate", column) for column in ("email", "phone", "external_id")}
AT_ONCE = 1_000
BLOCK_BYTES = 8 * 1024 * 1024


class Erasure(BaseModel):
    """The receipt: rows removed by table, columns searched afterwards. It names nobody.

    `audiences` hold a hash of somebody of them on a platform and take it out with their next pass.
    """

    model_config = ConfigDict(frozen=True)

    candidates: list[int]
    removed: dict[str, int]
    columns_searched: int
    audiences: list[int]


def erase_candidates(ids: Sequence[int]) -> Erasure:
    """Remove candidates from every table, or, if anything of one of them is still found, nobody from none.

    Raises InputError on an unknown candidate, AdfluxError when a table still holds an e-mail, phone or id of
    the source.
    """
    wanted = sorted(set(ids))
    with database.connection() as connected:
        people = connected.execute(
            text("""SELECT id, email, phone, external_id FROM adflux.candidate
                    WHERE id = ANY(:ids) FOR UPDATE"""),
            {"ids": wanted},
        ).all()
        unknown = set(wanted) - {person.id for person in people}
        if unknown:
            raise InputError(f"candidate {min(unknown)} does not exist, or was erased before")
        removed: dict[str, int] = {}
        for table, column in HOLDERS:
            gone = connected.execute(
                text(f"DELETE FROM {table} WHERE {column} = ANY(:ids)"),  # noqa: S608
                {"ids": wanted},
            )
            removed[table] = removed.get(table, 0) + gone.rowcount
        keys = [value for person in people for value in (person.email, person.phone) if value]
        audiences = _leave_audiences(connected, keys)
        values = {value for person in people for value in person[1:] if value and len(value) >= SHORTEST}
        searched = _search(connected, sorted(values))
    return Erasure(candidates=wanted, removed=removed, columns_searched=searched, audiences=audiences)


def erase_expired(today: date) -> int:
    """Erase whoever may no longer be kept; how many there were. Raises as `erase_candidates` does."""
    erased = 0
    while True:
        with database.connection() as connected:
            found = connected.execute(
                text("SELECT id FROM adflux.candidate WHERE retain_until < :today ORDER BY id LIMIT :most"),
                {"today": today, "most": AT_ONCE},
            )
            ids = list(found.scalars())
        if not ids:
            return erased
        erase_candidates(ids)
        erased += len(ids)


def _leave_audiences(connected: Connection, keys: list[str]) -> list[int]:
    leaving = connected.execute(
        text("""WITH leaving AS (
                    UPDATE adflux.audience_member SET state = 'removing'
                    WHERE key IN (SELECT sha256(convert_to(one, 'UTF8'))
                                  FROM unnest(CAST(:keys AS text[])) AS one
                                  EXCEPT SELECT sha256(convert_to(email, 'UTF8')) FROM adflux.candidate
                                  EXCEPT SELECT sha256(convert_to(phone, 'UTF8')) FROM adflux.candidate)
                    RETURNING audience_id
                ) SELECT DISTINCT audience_id FROM leaving ORDER BY 1"""),
        {"keys": keys},
    )
    return list(leaving.scalars())


def _search(connected: Connection, values: list[str]) -> int:
    """Look for the values in every text of ours; in how many columns. Raises AdfluxError on a hit."""
    columns = connected.execute(
        text("""SELECT format('%I.%I', columns.table_schema, columns.table_name) AS place,
                       column_name AS name,
                       data_type = 'bytea' AS is_bytes
                FROM information_schema.columns JOIN information_schema.tables
                    USING (table_catalog, table_schema, table_name)
                WHERE table_schema IN ('adflux', 'adflux_protected') AND table_type = 'BASE TABLE'
                    AND data_type IN ('text', 'character varying', 'json', 'jsonb', 'ARRAY', 'bytea')
                ORDER BY 1, 2""")
    ).all()
    searched = [one for one in columns if (one.place, one.name) not in OTHERS]
    for place, name, is_bytes in searched:
        read = f"encode(\"{name}\", 'escape')" if is_bytes else f'"{name}"'
        for block in _blocks(connected, f'SELECT {read} FROM {place} WHERE "{name}" IS NOT NULL'):  # noqa: S608
            if any(_holds(block, value.encode()) for value in values):
                raise AdfluxError(f"{place}.{name} still holds something of a candidate: nobody was erased")
    return len(searched)


def _holds(block: bytes, value: bytes) -> bool:
    """Whether the value stands in it by itself: ana@example.com is not in mariana@example.com."""
    alone = rb"(?<![\w.%+-])" + re.escape(value) + rb"(?![\w-])"
    return value in block and re.search(alone, block) is not None


def _blocks(connected: Connection, statement: str) -> Iterator[bytes]:
    """The rows of a COPY in blocks of some megabytes, each of whole rows."""
    driver = connected.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    waiting: list[bytes] = []
    size = 0
    with driver.cursor() as cursor, cursor.copy(f"COPY ({statement}) TO STDOUT".encode()) as copy:
        for row in copy:
            waiting.append(bytes(row))
            size += len(row)
            if size >= BLOCK_BYTES:
                yield b"".join(waiting)
                waiting, size = [], 0
    yield b"".join(waiting)
