"""The wire stands still where it says: before the server commits, or after it and before the client knows."""

from __future__ import annotations

import threading
from collections.abc import Callable

import psycopg
import pytest
from held_database import HeldDatabase

pytestmark = pytest.mark.whole


def noted(url: str) -> int:
    with psycopg.connect(url) as there:
        found = there.execute("SELECT count(*) FROM adflux.audit").fetchone()
    assert found is not None
    return int(found[0])


@pytest.fixture
def write(wire: HeldDatabase) -> Callable[[list[str]], threading.Thread]:
    """A client that commits one row over the wire, and notes how that went."""

    def begin(ended: list[str]) -> threading.Thread:
        def run() -> None:
            try:
                with psycopg.connect(wire.url) as there:
                    # Each in a chain of its own: writers of one chain wait for each other.
                    there.execute(
                        "INSERT INTO adflux.audit (actor, action, publication_id) "
                        "VALUES ('test', 'test', (random() * 1e9)::int)"
                    )
            except psycopg.OperationalError:
                ended.append("cut")
            else:
                ended.append("committed")

        client = threading.Thread(target=run)
        client.start()
        return client

    return begin


@pytest.mark.parametrize(("side", "while_held"), [("before", 0), ("after", 1)])
@pytest.mark.parametrize(("lost", "told"), [(False, "committed"), (True, "cut")])
def test_a_commit_stands_still(
    wire: HeldDatabase,
    database_url: str,
    write: Callable[[list[str]], threading.Thread],
    side: str,
    while_held: int,
    lost: bool,
    told: str,
) -> None:
    wire.arm(0, side)
    ended: list[str] = []
    client = write(ended)
    assert wire.held.wait(30)
    assert ended == []
    assert noted(database_url) == while_held
    wire.gate.open(lost=lost)
    client.join()
    assert ended == [told]
    assert noted(database_url) == (while_held if lost else 1)


def test_only_the_chosen_one_is_held(
    wire: HeldDatabase, database_url: str, write: Callable[[list[str]], threading.Thread]
) -> None:
    wire.arm(1, "before")
    ended: list[str] = []
    write(ended).join()
    assert ended == ["committed"]
    held = write(ended)
    assert wire.held.wait(30)
    write(ended).join()
    assert (wire.commits, noted(database_url)) == (3, 2)
    wire.gate.open(lost=False)
    held.join()
    assert noted(database_url) == 3
