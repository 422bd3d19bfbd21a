"""Candidates as the segmenter may see them: a stream of frames, under a role that sees nothing else."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Protocol

import numpy as np
import pandas as pd
import psycopg
from sqlalchemy import Connection, text

from adflux_core.errors import DatabaseUnavailableError
from adflux_core.segmentation.space import ALLOWED, Kind

ROLE = "adflux_segmenter"
# People in one frame while streaming: 15 MB of text at most, so memory does not grow with the base.
FRAME_BYTES = 8 * 1024 * 1024
_NUMBERS = {name for name, kind in ALLOWED.items() if kind in {Kind.NUMBER, Kind.LOGARITHM}}
# Amounts in another currency than most are no smaller or larger, only unknown.
_EXPRESSIONS = {
    **{name: f"array_to_string({name}, U&'\\001F')" for name, kind in ALLOWED.items() if kind is Kind.LIST},
    "salary_expectation": """CASE WHEN salary_currency IS NOT DISTINCT FROM (
        SELECT salary_currency FROM adflux.candidate WHERE salary_expectation IS NOT NULL
        GROUP BY salary_currency ORDER BY count(*) DESC, salary_currency LIMIT 1
    ) THEN salary_expectation END""",
}


class Digest(Protocol):
    """A hash that takes in what goes by."""

    def update(self, data: bytes, /) -> None: ...


def take_role(connected: Connection) -> None:
    """From here to the end of the transaction only features can be read."""
    connected.execute(text(f"SET LOCAL ROLE {ROLE}"))


def count(connected: Connection, today: date) -> int:
    """How many candidates may still be kept on this day."""
    found = connected.execute(
        text("SELECT count(*) FROM adflux.candidate WHERE retain_until >= :today"), {"today": today}
    )
    return int(found.scalar_one())


def read_sample(connected: Connection, names: Iterable[str], today: date, most: int) -> pd.DataFrame:
    """At most `most` people by the hash of their id: for the same base always the same ones."""
    wanted = tuple(names)
    statement = f"""
        SELECT id, {_columns(wanted)} FROM (
            SELECT * FROM (SELECT {_needed(wanted)} FROM adflux.candidate
                           WHERE retain_until >= DATE '{today}') AS kept
            ORDER BY hashint8(id), id LIMIT {int(most)}
        ) AS sampled ORDER BY id
    """  # noqa: S608 - our own column names
    return pd.concat([_frame(block, wanted) for block in _blocks(connected, statement)], ignore_index=True)


def stream(
    connected: Connection, names: Iterable[str], today: date, digest: Digest
) -> Iterator[pd.DataFrame]:
    """Everybody by id, some thousand a frame; `digest` takes in what went by."""
    wanted = tuple(names)
    statement = f"""
        SELECT id, {_columns(wanted)} FROM adflux.candidate WHERE retain_until >= DATE '{today}' ORDER BY id
    """  # noqa: S608 - our own column names
    for block in _blocks(connected, statement):
        digest.update(block)
        yield _frame(block, wanted)


def _columns(names: tuple[str, ...]) -> str:
    return ", ".join(f"{_EXPRESSIONS.get(name, name)} AS {name}" for name in names)


def _needed(names: tuple[str, ...]) -> str:
    return ", ".join(("id", *names, *(["salary_currency"] if "salary_expectation" in names else [])))


def _blocks(connected: Connection, statement: str) -> Iterator[bytes]:
    """The rows of a COPY as CSV, in blocks that end with a row."""
    driver = connected.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    waiting: list[bytes] = []
    size = 0
    copying = f"COPY ({statement}) TO STDOUT WITH (FORMAT csv)"
    try:
        with driver.cursor() as cursor, cursor.copy(copying.encode()) as copy:
            for row in copy:
                waiting.append(bytes(row))
                size += len(row)
                # Each message is one row, so a block never ends inside a quoted line break.
                if size >= FRAME_BYTES:
                    yield b"".join(waiting)
                    waiting, size = [], 0
        yield b"".join(waiting)
    except psycopg.OperationalError as error:
        raise DatabaseUnavailableError(
            f"the database went away while candidates were read: {error}"
        ) from None


def _frame(block: bytes, names: tuple[str, ...]) -> pd.DataFrame:
    kinds = {name: np.float64 if name in _NUMBERS else "category" for name in names}
    return pd.read_csv(
        io.BytesIO(block),
        names=["id", *names],
        dtype={"id": np.int64, **kinds},
        na_values=[""],
        keep_default_na=False,
        header=None,
    )
