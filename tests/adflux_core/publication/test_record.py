"""The audit only grows, tells when it was tampered with, and holds all that an activation needs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from meta_publications import one_pass, published
from sqlalchemy import text

from adflux_core import database
from adflux_core.errors import DatabaseRefusedError
from adflux_core.schema.publication import Audit
from sandbox.server import Sandbox


def rows(view: str) -> list[tuple[object, ...]]:
    with database.connection() as connected:
        return [tuple(row) for row in connected.execute(text(f"TABLE adflux.{view}"))]


def tamper(sql: str) -> None:
    with database.connection() as connected:
        connected.execute(text("ALTER TABLE adflux.audit DISABLE TRIGGER append_only"))
        connected.execute(text(sql))
        connected.execute(text("ALTER TABLE adflux.audit ENABLE TRIGGER append_only"))


def test_a_publication_leaves_an_unbroken_and_complete_record(world: Sandbox, posting_id: int) -> None:
    one_pass(published(posting_id))
    with database.connection() as connected:
        deeds = connected.scalars(text("SELECT action FROM adflux.audit ORDER BY id")).all()
    assert deeds[:3] == ["plan", "approve", "publish"]
    assert deeds.index("reserve") < deeds.index("create") < deeds.index("verified") < deeds.index("active")
    assert rows("audit_broken") == []
    assert rows("activation_without_record") == []


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE adflux.audit SET actor = 'somebody else' WHERE action = 'publish'",
        "UPDATE adflux.audit SET detail = '{}' WHERE action = 'create'",
        "UPDATE adflux.audit SET at = at - interval '1 day' WHERE action = 'approve'",
        "DELETE FROM adflux.audit WHERE action = 'reserve'",
        "DELETE FROM adflux.audit WHERE action = 'plan'",
    ],
)
def test_tampering_is_seen(world: Sandbox, posting_id: int, sql: str) -> None:
    one_pass(published(posting_id))
    tamper(sql)
    assert rows("audit_broken") != []


@pytest.mark.parametrize("verb", ["UPDATE adflux.audit SET actor = 'x'", "DELETE FROM adflux.audit"])
def test_the_database_refuses_to_change_the_past(world: Sandbox, posting_id: int, verb: str) -> None:
    published(posting_id)
    with pytest.raises(DatabaseRefusedError, match="append-only"), database.connection() as connected:
        connected.execute(text(verb))


def test_writers_at_once_keep_one_chain(database_url: str) -> None:
    def write(number: int) -> None:
        with database.transaction() as session:
            session.add(Audit(actor="test", action=f"deed {number}"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(80)))
    assert rows("audit_broken") == []
    assert len(rows("audit")) == 80


@pytest.mark.parametrize(
    ("sql", "missing"),
    [
        ("DELETE FROM adflux.audit WHERE action = 'reserve'", "a reservation of its budget"),
        ("DELETE FROM adflux.audit WHERE action = 'create'", "what was sent, by its hash"),
        ("DELETE FROM adflux.audit WHERE action = 'verified'", "that it was read back as approved"),
    ],
)
def test_an_activation_without_its_record_is_named(
    world: Sandbox, posting_id: int, sql: str, missing: str
) -> None:
    publication_id = published(posting_id)
    one_pass(publication_id)
    tamper(sql)
    assert [row[1:] and (row[1], row[3]) for row in rows("activation_without_record")] == [
        (publication_id, missing)
    ]


def test_an_activation_out_of_nowhere_lacks_everything(database_url: str) -> None:
    with database.transaction() as session:
        session.add(Audit(actor="x", action="active", publication_id=5, detail={"kind": "campaign"}))
    assert {row[3] for row in rows("activation_without_record")} > {"the publication itself"}
    assert len(rows("activation_without_record")) == 9
