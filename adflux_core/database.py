"""The engine, the transaction, and the words for a database that does not answer."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.orm import Session

from adflux_core.errors import ConfigurationError, DatabaseRefusedError, DatabaseUnavailableError
from adflux_core.settings import settings

SCHEMA = "adflux"
MIGRATIONS = Path(__file__).parent / "migrations"
# A host that is cut off would hold its locks for hours, and whoever lost the server would wait as long.
# Both sides notice within a minute: by probes where it is silent, by what stays unconfirmed where it is not.
KEEPALIVES = {"idle": 30, "interval": 10, "count": 3}  # seconds, seconds, probes
UNCONFIRMED_MS = 60_000
_MAKING = threading.Lock()


@cache
def engine_for(url: str) -> Engine:
    """One pooled engine per URL, psycopg 3 underneath. Raises ConfigurationError on an unreadable URL."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ConfigurationError(
            "ADFLUX_DATABASE_URL is not a URL: postgresql://user:password@host:port/name"
        ) from None
    if parsed.get_backend_name() not in {"postgresql", "postgres"}:
        raise ConfigurationError(
            f"ADFLUX_DATABASE_URL: {parsed.drivername} is not PostgreSQL; AdFlux needs 14 or newer"
        )
    return create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        connect_args={
            "connect_timeout": 5,
            "options": " ".join(
                [
                    f"-csearch_path={SCHEMA} -ctimezone=UTC -ctcp_user_timeout={UNCONFIRMED_MS}",
                    *(f"-ctcp_keepalives_{name}={value}" for name, value in KEEPALIVES.items()),
                ]
            ),
            "tcp_user_timeout": UNCONFIRMED_MS,
            **{f"keepalives_{name}": value for name, value in KEEPALIVES.items()},
        },
        pool_pre_ping=True,
        # A publication under way holds one for its lock and takes one more for each short transaction.
        pool_size=50,
        max_overflow=10,
    )


def engine() -> Engine:
    """The engine of the configured database. Raises ConfigurationError when none is configured."""
    url = settings().adflux_database_url
    if url is None:
        raise ConfigurationError("ADFLUX_DATABASE_URL is not set, and no embedded database is running")
    with _MAKING:  # a cache alone lets two threads make two, and one of them is lost with its connections
        return engine_for(url.get_secret_value())


@contextmanager
def transaction() -> Iterator[Session]:
    """A session that commits at the end of the block, or leaves nothing.

    Raises DatabaseUnavailableError when PostgreSQL does not answer; its address is named, never its password.
    """
    with speaking_plainly(), Session(engine(), expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def connection() -> Iterator[Connection]:
    """A plain connection in a transaction, for COPY and set-based SQL. Raises as `transaction` does."""
    with speaking_plainly(), engine().begin() as connected:
        yield connected


@contextmanager
def autocommit() -> Iterator[Connection]:
    """A connection on which each statement is its own transaction. Raises as `transaction` does."""
    with (
        speaking_plainly(),
        engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connected,
    ):
        yield connected


@contextmanager
def speaking_plainly() -> Iterator[None]:
    """Failures of the block as ours, in one line: DatabaseUnavailableError, DatabaseRefusedError."""
    # SQLAlchemy's own errors carry the statement and its values, and those are people's data.
    try:
        yield
    except OperationalError as error:
        raise DatabaseUnavailableError(_where(error.orig)) from None
    except DBAPIError as error:
        if error.connection_invalidated:
            raise DatabaseUnavailableError(_where(error.orig)) from None
        raise DatabaseRefusedError(f"the database refused: {_said(error.orig)}") from None
    # What reads and writes by COPY speaks to the driver itself.
    except psycopg.OperationalError as error:
        raise DatabaseUnavailableError(_where(error)) from None
    except psycopg.Error as error:
        raise DatabaseRefusedError(f"the database refused: {_said(error)}") from None


def _where(error: BaseException | None) -> str:
    url = engine().url
    full = isinstance(error, psycopg.errors.DiskFull)
    mend = "make room on its disk" if full else "start it or mend ADFLUX_DATABASE_URL"
    return f"database at {url.host}:{url.port or 5432}: {_said(error)}; {mend}"


def _said(error: BaseException | None) -> str:
    return str(error).strip().partition("\n")[0] if error else "no answer"


def migrate() -> None:
    """Bring the schema to this code's version; safe to run twice and at the same time.

    Raises ConfigurationError when it is a newer one's, or when its user may not change it.
    """
    config = _migrations()
    with connection() as connected:
        try:
            # Two bootstraps at once: the second waits here and then finds nothing to do.
            connected.execute(text("SELECT pg_advisory_xact_lock(hashtext('adflux.migrate'))"))
            connected.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
            config.attributes["connection"] = connected
            command.upgrade(config, "head")
        except CommandError:
            raise ConfigurationError(f"database: {schema_gap()}") from None
        except DBAPIError as error:
            if not isinstance(error.orig, psycopg.errors.InsufficientPrivilege):
                raise
            raise ConfigurationError(
                f"the database refused: {_said(error.orig)}: the user of ADFLUX_DATABASE_URL must own the "
                "database and may need CREATEROLE, once"
            ) from None


def schema_gap() -> str:
    """How the database's schema is of another version than this code, and what to do; empty: it is not."""
    with connection() as connected:
        there = connected.execute(text("SELECT to_regclass('adflux.alembic_version')")).scalar_one()
        found = connected.execute(text(f"SELECT version_num FROM {there}")).scalar() if there else None  # noqa: S608
    ours = ScriptDirectory.from_config(_migrations())
    wanted = ours.get_current_head()
    if found == wanted:
        return ""
    known = {script.revision for script in ours.walk_revisions()}
    mend = "run `adflux up`, which brings it up to date"
    if found not in {None, *known}:
        mend = "update AdFlux"
    return f"its schema is {found or 'empty'} and this code needs {wanted}: {mend}"


def _migrations() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
