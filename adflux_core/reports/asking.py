"""How a question is put: by a role that only reads, with a limit on how long it may take."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from adflux_core import database
from adflux_core.errors import ConfigurationError

PATIENCE = "20s"
# A table, column, schema or role that this code expects is not there, or not readable yet.
OLDER = {"42P01", "42703", "3F000", "42501", "22023"}

# All in one round trip, of which each question has few. Compiling a question takes longer than its answer.
LIMITS = text("""
    SELECT set_config('transaction_read_only', 'on', true), set_config('statement_timeout', :patience, true),
           set_config('jit', 'off', true), set_config('role', 'adflux_ro', true)
""")

Row = TypeVar("Row")


def ask(row: Callable[..., Row], sql: str, **values: Any) -> list[Row]:
    """The answer's rows, each as a `row` built from its columns by name.

    Raises DatabaseUnavailableError, and ConfigurationError when the database is not at this code's version.
    """
    with database.connection() as connected, _of_this_version():
        connected.execute(LIMITS, {"patience": PATIENCE})
        answer = connected.execute(text(sql), values)
        names = tuple(answer.keys())
        if names == _fields(row):
            return [row(*found) for found in answer.all()]  # by place: half the time
        return [row(**dict(zip(names, found, strict=True))) for found in answer.all()]


@contextmanager
def reading() -> Iterator[Session]:
    """The same for what the core itself works out of its rows. Raises as `ask` does."""
    with database.transaction() as session, _of_this_version():
        session.execute(LIMITS, {"patience": PATIENCE})
        yield session


@contextmanager
def _of_this_version() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", "") not in OLDER:
            raise
        raise ConfigurationError(
            "the database has no AdFlux tables, or older ones: `adflux up` brings it up to date"
        ) from None


def _fields(row: object) -> tuple[str, ...]:
    return tuple(field.name for field in fields(row)) if is_dataclass(row) else ()
