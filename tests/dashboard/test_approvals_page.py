"""The pages of approvals and people: decided once, by whom, and nothing by those who may not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from deed_doings import NEW_PLAN
from opened_pages import opened, words_of
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from adflux_core import access, database, reports
from adflux_core.access import Role
from adflux_core.campaigns.approval import approve_plan, refuse_plan
from adflux_core.errors import InputError, RefusedError
from dashboard import reads, session


@pytest.fixture
def plan(filled_url: str) -> Iterator[int]:
    """One that waits."""
    reads.forget()
    with database.connection() as connected:
        number: int = connected.execute(text(NEW_PLAN)).scalar_one()
    yield number
    reads.forget()


def become(monkeypatch: pytest.MonkeyPatch, account: str, role: Role) -> None:
    access.grant(account, role, "test")
    monkeypatch.setattr(session, "told", lambda name: account if name == session.ACCOUNT else "")
    reads.forget()


def button(at: AppTest, label: str) -> AppTest:
    next(one for one in at.button if one.label == label).click()
    return at.run()


def test_a_plan_that_waits_is_shown_whole_and_approved_once(plan: int) -> None:
    at = opened("approvals")
    assert not at.exception
    shown = words_of(at)
    for words in (
        "Cuesta como máximo",
        "COP",
        "Planeado por laura",
        "La campaña 1 ya corre",
    ):
        assert words in shown
    button(at, "Aprobar")
    assert not at.exception
    assert f"Plan {plan}: aprobado por local" in words_of(at)
    assert "Ningún plan espera" in words_of(at)
    with database.connection() as connected:
        lines = connected.execute(text("SELECT count(*) FROM adflux.audit WHERE actor = 'local'"))
        assert lines.scalar_one() == 1


@pytest.mark.parametrize("decision", ["aprobado", "rechazado"])
@pytest.mark.parametrize("pressed", ["Aprobar", "Rechazar"])
def test_the_second_of_two_approvers_is_told_who_did_it(plan: int, decision: str, pressed: str) -> None:
    at = opened("approvals")
    if decision == "aprobado":
        approve_plan(plan, "luz")
    else:
        refuse_plan(plan, "luz", "Muy caro.")
    if pressed == "Rechazar":
        at.text_input[0].set_value("No")
    button(at, pressed)
    assert not at.exception
    assert f"Otra persona fue más rápida. Plan {plan}: {decision} por luz" in words_of(at)
    assert reports.plan_decision(plan).decided_by == "luz"


def test_a_refused_plan_is_never_approved_nor_an_approved_one_refused(plan: int) -> None:
    with pytest.raises(InputError, match="why"):
        refuse_plan(plan, "luz", " ")
    refuse_plan(plan, "luz", "Muy caro.")
    refuse_plan(plan, "ana", "Otra vez.")
    with pytest.raises(RefusedError, match="refused by luz"):
        approve_plan(plan, "ana")
    decided = reports.plans_decided()[0]
    assert (decided.id, decided.decision, decided.decided_by, decided.reason) == (
        plan,
        "refused",
        "luz",
        "Muy caro.",
    )
    with pytest.raises(RefusedError, match="approved by andrés"):
        refuse_plan(1, "luz", "Tarde.")


def test_whoever_may_not_decide_sees_it_and_cannot(plan: int, monkeypatch: pytest.MonkeyPatch) -> None:
    become(monkeypatch, "ana@example.com", Role.ANALYST)
    at = opened("approvals")
    assert not at.exception
    assert "decide quien tiene el rol de aprobación" in words_of(at)
    assert {one.disabled for one in at.button} == {True}


def test_an_approver_whose_role_is_taken_meanwhile_is_told_so(
    plan: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    become(monkeypatch, "ana@example.com", Role.APPROVER)
    at = opened("approvals")
    access.revoke("ana@example.com", "test")
    button(at, "Aprobar")
    assert not at.exception
    assert "Ya no tienes un rol aquí" in words_of(at)
    assert reports.plan_decision(plan).decision is None


def test_people_are_let_in_and_out(filled_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    become(monkeypatch, "luz@example.com", Role.ADMIN)
    at = opened("people")
    assert not at.exception
    at.text_input[0].set_value("Ana@Example.com")
    at.selectbox[0].set_value(Role.APPROVER)
    button(at, "Dar el rol")
    assert not at.exception
    assert access.role_of("ana@example.com") is Role.APPROVER
    at.text_input[0].set_value("nadie")
    button(at, "Dar el rol")
    assert "No es un correo" in words_of(at)
    monkeypatch.setattr("dashboard.tables.table", lambda *_, **__: 0)
    at = opened("people")
    button(at, "Quitar el rol de ana@example\\.com")
    assert not at.exception
    assert access.role_of("ana@example.com") is None


def test_the_overview_tells_those_who_may_look_that_a_plan_waits(
    plan: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = opened("overview")
    assert not at.exception
    assert "1 plan espera" in words_of(at)
    assert "Decidir" in words_of(at)
    become(monkeypatch, "ana@example.com", Role.VIEWER)
    assert "1 plan espera" not in words_of(opened("overview"))
