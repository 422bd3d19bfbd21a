"""Alerts on the overview and under data health: taken on once, by the first; the second is told by whom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from opened_pages import opened, pressed, words_of
from sqlalchemy import text

from adflux_core import access, database
from adflux_core.access import Role
from adflux_core.alerts import raising
from adflux_core.alerts.causes import Cause, known_causes
from dashboard import reads, session


@pytest.fixture(autouse=True)
def watched(filled_url: str) -> Iterator[None]:
    """The watch has looked at the sample, and at a Prefect that is down."""
    reads.forget()
    down = Cause("server", "", "Prefect", "http://127.0.0.1:9/api: ConnectionError")
    with database.transaction() as there:
        raising.record(there, known_causes([down]), datetime.now(UTC))
    yield
    reads.forget()


def become(monkeypatch: pytest.MonkeyPatch, account: str, role: Role) -> None:
    access.grant(account, role, "test")
    monkeypatch.setattr(session, "told", lambda name: account if name == session.ACCOUNT else "")
    reads.forget()


def test_an_alert_is_taken_on_by_the_first_and_the_second_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reads, "FRESH_SECONDS", 600.0)  # what a page shows may be a little old
    pages = [opened("overview"), opened("overview")]
    assert "Prefect caído" in words_of(pages[0])
    # Each concern that somebody was told of, and what only the watch can see.
    (server,) = (one.id for one in raising.alerts() if one.kind == "server")
    assert [one.label for one in pages[0].button].count("Me encargo") == len(raising.alerts()) > 2
    raising.acknowledge(server, "luz")
    pressed(pages[0], "Me encargo")
    assert not pages[0].exception
    assert "Otra persona fue más rápida. luz" in words_of(pages[0])
    assert "Se encarga luz" in words_of(pages[0])
    pressed(pages[1], "Me encargo")
    assert not pages[1].exception
    with database.connection() as connected:
        lines = connected.execute(text("SELECT actor FROM adflux.audit WHERE action = 'acknowledge'"))
        assert lines.scalars().all() == ["luz"]
    at = opened("data_health")
    (server,) = (row for row in at.dataframe[-1].value.to_dict("records") if row["Sobre"] == "Prefect")
    assert (server["Qué"], server["Se encarga"]) == ("Prefect caído", "luz")


def test_who_only_looks_sees_that_somebody_takes_it_on_and_cannot(monkeypatch: pytest.MonkeyPatch) -> None:
    become(monkeypatch, "luz@example.com", Role.VIEWER)
    at = opened("overview")
    assert {one.disabled for one in at.button if one.label == "Me encargo"} == {True}
    for one in raising.alerts():
        raising.acknowledge(one.id, "ana")
    reads.forget()
    at = opened("overview")
    assert not [one for one in at.button if one.label == "Me encargo"]
    assert words_of(at).count("Se encarga ana") == len(raising.alerts())
