"""The database answers, migrates twice without harm, and fails in one line."""

from __future__ import annotations

import importlib
import pkgutil
import socket

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import NullPool, create_engine, make_url, text

from adflux_core import database, schema
from adflux_core.errors import ConfigurationError, DatabaseRefusedError, DatabaseUnavailableError
from adflux_core.schema import Table
from adflux_core.settings import settings


def test_migrating_twice_changes_nothing(database_url: str) -> None:
    database.migrate()
    with database.connection() as connected:
        version = connected.exec_driver_sql("SELECT version_num FROM adflux.alembic_version").scalar_one()
    assert version == max(path.name[:4] for path in database.MIGRATIONS.glob("versions/*.py"))


for module in pkgutil.iter_modules(schema.__path__, "adflux_core.schema."):
    importlib.import_module(module.name)  # so that its tables are known


def test_the_migrations_make_the_tables_the_classes_describe(database_url: str) -> None:
    # On our own search path "adflux" would be the unnamed default schema, and nothing would compare.
    engine = create_engine(
        make_url(database_url).set(drivername="postgresql+psycopg"),
        poolclass=NullPool,
        connect_args={"options": "-csearch_path=public"},
    )
    with engine.connect() as connected:
        context = MigrationContext.configure(
            connected,
            opts={
                "include_schemas": True,
                "include_name": lambda name, kind, _: (
                    kind != "schema" or name in {database.SCHEMA, "adflux_protected"}
                ),
                "version_table_schema": database.SCHEMA,
            },
        )
        assert compare_metadata(context, Table.metadata) == []


def test_both_sides_notice_within_a_minute_that_the_other_is_gone(database_url: str) -> None:
    with database.connection() as connected:
        server = {
            name: int(connected.exec_driver_sql(f"SHOW tcp_keepalives_{name}").scalar_one())
            for name in database.KEEPALIVES
        }
        unconfirmed = connected.exec_driver_sql("SHOW tcp_user_timeout").scalar_one()
        asked = connected.connection.driver_connection.info.get_parameters()
        client = {name: int(asked[f"keepalives_{name}"]) for name in database.KEEPALIVES}
    assert server == client == database.KEEPALIVES
    assert (unconfirmed, asked["tcp_user_timeout"]) == (str(database.UNCONFIRMED_MS),) * 2
    assert client["idle"] + client["interval"] * client["count"] <= 60


def test_a_database_that_is_down_is_one_line_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        monkeypatch.setenv("ADFLUX_DATABASE_URL", f"postgresql://me:hunter2@127.0.0.1:{port}/adflux")
        settings.cache_clear()
        with pytest.raises(DatabaseUnavailableError) as failure, database.transaction() as session:
            session.execute(text("SELECT 1"))
    assert str(port) in str(failure.value)
    assert "hunter2" not in str(failure.value)
    assert "\n" not in str(failure.value)
    assert failure.value.retriable


@pytest.mark.parametrize("url", ["sqlite:///x.db", "not a url", "mysql://h/db"])
def test_another_database_is_refused(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("ADFLUX_DATABASE_URL", url)
    settings.cache_clear()
    with pytest.raises(ConfigurationError, match="ADFLUX_DATABASE_URL"):
        database.engine()


def test_a_refused_row_is_one_line_without_its_values(database_url: str) -> None:
    with pytest.raises(DatabaseRefusedError) as refusal, database.transaction() as session:
        session.execute(
            text(
                "INSERT INTO posting (source, external_id, title, content_hash, status) "
                "VALUES (:s, :e, :t, '', 'odd')"
            ),
            {"s": "x", "e": "y", "t": "Ana López, 300 555 0101"},
        )
    assert "ck_posting_status" in str(refusal.value)
    assert "Ana" not in str(refusal.value)
    assert "\n" not in str(refusal.value)
