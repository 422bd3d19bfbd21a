"""Pausing, resuming and closing on a campaign's page: asked first, done once, told to whoever came second."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from opened_pages import opened, pressed, words_of
from sqlalchemy import text

from adflux_core import access, database
from adflux_core.access import Role
from adflux_core.advertising import DesiredState
from adflux_core.errors import RefusedError
from adflux_core.publication import kill_switch, orders
from dashboard import reads, runs, session
from dashboard.runs import Run

RUNS = 1  # a campaign of the sample that runs


@pytest.fixture(autouse=True)
def started(filled_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The keys by which Prefect was asked for a run; it goes on for ever."""
    keys: list[str] = []

    def start(name: str, parameters: dict[str, object], key: str) -> UUID:
        assert (name, parameters) == ("converge-campaigns/on-demand", {"publication_id": RUNS})
        keys.append(key)
        return UUID(int=1)

    def glance(run_id: UUID) -> Run:
        nothing = dict.fromkeys(("message", "url", "flow", "name"), "")
        times = dict.fromkeys(("expected_at", "started_at", "took"))
        return Run(id=run_id, state="Running", over=False, parameters={}, **nothing, **times)  # type: ignore[arg-type]

    monkeypatch.setattr(runs, "start_named", start)
    monkeypatch.setattr(runs, "glance", glance)
    reads.forget()
    with database.connection() as connected:
        connected.execute(text("UPDATE adflux.publication SET state = 'active', desired_state = 'active'"))
    yield keys
    reads.forget()


def wishes() -> list[tuple[str, str]]:
    """What was asked of the campaign since the sample was made."""
    with database.connection() as connected:
        asked = text(
            "SELECT actor, action FROM adflux.audit WHERE publication_id = :id AND action LIKE 'desire%' "
            "AND at > now() - interval '1 hour' ORDER BY id"
        )
        return [(row.actor, row.action) for row in connected.execute(asked, {"id": RUNS})]


@pytest.mark.parametrize(
    ("before", "label", "yes", "action", "after"),
    [
        ("active", "Pausar", "Sí, pausarla", "desire paused", "paused"),
        ("paused", "Reanudar", "Sí, reanudarla", "desire active", "active"),
        ("active", "Cerrar para siempre", "Sí, cerrarla", "desire closed", "closed"),
    ],
)
def test_each_deed_is_asked_first_and_two_clicks_do_it_once(
    started: list[str], before: str, label: str, yes: str, action: str, after: str
) -> None:
    with database.connection() as connected:
        connected.execute(text("UPDATE adflux.publication SET desired_state = :it"), {"it": before})
    pages = [pressed(opened("campaigns", campaign=RUNS), label) for _ in range(2)]
    assert wishes() == []
    for at, said in zip(pages, ("En curso", "Ya se pidió"), strict=True):
        pressed(at, yes)
        assert not at.exception
        assert said in words_of(at)
        assert yes not in words_of(at)
    assert wishes() == [("local", action)]
    assert len(set(started)) == 1
    with database.connection() as connected:
        wanted = connected.execute(text("SELECT desired_state FROM adflux.publication WHERE id = 1"))
        assert wanted.scalar_one() == after


def test_whoever_changes_their_mind_does_nothing() -> None:
    at = pressed(pressed(opened("campaigns", campaign=RUNS), "Pausar"), "Dejarla como está")
    assert not at.exception
    assert "Sí, pausarla" not in words_of(at)
    assert wishes() == []


def test_of_two_people_the_second_is_told_who_was_first(started: list[str]) -> None:
    at = pressed(opened("campaigns", campaign=RUNS), "Cerrar para siempre")
    orders.desire(RUNS, DesiredState.PAUSED, "luz")
    pressed(at, "Sí, cerrarla")
    assert not at.exception
    assert "Otra persona fue más rápida. Pidió pausarla: luz" in words_of(at)
    assert wishes() == [("luz", "desire paused")]


def test_while_prefect_is_down_the_wish_is_kept_and_the_page_says_what_is_left_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def down(*_: object) -> UUID:
        raise runs.PrefectUnavailableError("Prefect at http://127.0.0.1:9: gone")

    monkeypatch.setattr(runs, "start_named", down)
    at = pressed(pressed(opened("campaigns", campaign=RUNS), "Pausar"), "Sí, pausarla")
    assert not at.exception
    assert "`adflux pause 1`" in words_of(at)
    assert wishes() == [("local", "desire paused")]


def test_the_kill_switch_holds_a_resume_back_and_the_page_says_so() -> None:
    orders.desire(RUNS, DesiredState.PAUSED, "luz")
    with database.transaction() as there:
        kill_switch.throw(there, "ana", None)
    at = pressed(pressed(opened("campaigns", campaign=RUNS), "Reanudar"), "Sí, reanudarla")
    assert not at.exception
    assert "No se hizo y nada cambió" in words_of(at)
    assert "stopped by ana" in at.code[-1].value
    assert wishes() == [("luz", "desire paused")]


def test_what_is_closed_offers_nothing_and_who_may_not_decide_cannot(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    access.grant("ana@example.com", Role.ANALYST, "test")
    monkeypatch.setattr(session, "told", lambda name: "ana@example.com" if name == session.ACCOUNT else "")
    at = opened("campaigns", campaign=RUNS)
    assert [one.disabled for one in at.button if one.label == "Pausar"] == [True]
    assert "Decide si corre quien tiene el rol de aprobación" in words_of(at)
    orders.desire(RUNS, DesiredState.CLOSED, "luz")
    reads.forget()
    at = opened("campaigns", campaign=RUNS)
    assert "Cerrada para siempre" in words_of(at)
    assert not [one for one in at.button if one.label in {"Pausar", "Reanudar", "Cerrar para siempre"}]


def test_a_wish_made_after_what_was_seen_stands() -> None:
    first = orders.desire(RUNS, DesiredState.PAUSED, "luz")
    assert orders.desire(RUNS, DesiredState.CLOSED, "ana", first.id - 1).id == first.id
    second = orders.desire(RUNS, DesiredState.CLOSED, "ana", first.id)
    assert (second.action, second.actor) == ("desire closed", "ana")
    with pytest.raises(RefusedError, match="closed for good"):
        orders.desire(RUNS, DesiredState.ACTIVE, "luz", second.id)
