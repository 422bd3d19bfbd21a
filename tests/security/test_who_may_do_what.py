"""Every deed by every role, made from the table of deeds itself; and what the database's own role allows."""

from __future__ import annotations

import ast
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import ContextVar, copy_context
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier
from uuid import uuid4

import pytest
from deed_doings import LOOKS, READY
from psycopg import errors as refusals
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

import dashboard
from adflux_core import access, database
from adflux_core.access import LOCAL, NEEDS, Role
from adflux_core.errors import AdfluxError, InputError, NotAllowedError, RefusedError
from dashboard import deeds, runs, session
from deployments.house_map import ROOT
from deployments.prefect_yaml import read_deployments

SCREENS = sorted((Path(dashboard.__file__).parent / "screens").glob("[a-z]*.py"))
WHO = [*Role, None]  # None: nobody, or no longer
# What these hold changes the world, and is reached through dashboard/deeds.py alone.
ACTING = {
    "adflux_core.access": {"LOCAL", "NEEDS", "Role"},
    "adflux_core.campaigns.approval": set(),
    "adflux_core.creative.reviewing": set(),
    "adflux_core.creative.images": set(),
    "adflux_core.segmentation.renaming": set(),
    "adflux_core.alerts.raising": {"alerts"},
    "adflux_core.publication.orders": set(),
    "adflux_core.database": set(),
}
REACHING = {"runs.start", "runs.start_named", "access.check"}


@pytest.fixture
def somebody(filled_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The account of whoever uses the session; Prefect takes every start."""
    said = {session.ACCOUNT: "ana@example.com"}
    monkeypatch.setattr(session, "told", lambda name: said.get(name, ""))
    monkeypatch.setattr(runs, "start", lambda *_: uuid4())
    monkeypatch.setattr(runs, "start_named", lambda *_: uuid4())
    return "ana@example.com"


def lines_of(account: str) -> list[tuple[str, dict[str, object]]]:
    with database.connection() as connected:
        asked = text("SELECT action, detail FROM adflux.audit WHERE actor = :actor ORDER BY id")
        return [(row.action, row.detail) for row in connected.execute(asked, {"actor": account})]


def test_every_deed_is_tried_here() -> None:
    assert set(READY) == set(NEEDS) - set(LOOKS)


def test_every_flow_that_can_be_started_needs_a_role() -> None:
    flows = {one.entrypoint.rpartition(".")[2] for one in read_deployments(ROOT / "prefect.yaml")}
    starts = {f"start {flow.replace('_', '-')}" for flow in flows}
    assert starts == {deed for deed in NEEDS if deed.startswith("start ")}


@pytest.mark.parametrize("deed", READY)
def test_a_deed_is_done_by_those_who_may_and_refused_to_all_others(somebody: str, deed: str) -> None:
    for role in WHO:
        if role is not None:
            access.grant(somebody, role, "test")
        act = READY[deed]()
        before = lines_of(somebody)
        if role is not None and role.reaches(NEEDS[deed]):
            act()
            added = [action for action, _ in lines_of(somebody)[len(before) :]]
            assert added
            assert "not allowed" not in added
        else:
            with pytest.raises(NotAllowedError):
                act()
            assert lines_of(somebody)[len(before) :] == [("not allowed", {"deed": deed, "role": role})]
        if role is not None:
            access.grant("other@example.com", Role.ADMIN, "test")
            access.revoke(somebody, "test")


@pytest.mark.parametrize("role", WHO)
@pytest.mark.parametrize("deed", NEEDS)
def test_what_is_offered_is_what_is_allowed(role: Role | None, deed: str) -> None:
    allowed = role is not None and list(Role).index(role) >= list(Role).index(NEEDS[deed])
    assert access.allows(role, deed) is allowed


@pytest.mark.parametrize("role", WHO)
def test_a_deed_that_nobody_named_is_refused_to_all(somebody: str, role: Role | None) -> None:
    if role is not None:
        access.grant(somebody, role, "test")
    assert not access.allows(role, "empty the bank")
    with pytest.raises(NotAllowedError, match="a role that does not exist"):
        access.check(somebody, "empty the bank")


def test_a_role_revoked_in_the_middle_of_a_session_is_refused_at_once(somebody: str) -> None:
    access.grant(somebody, Role.APPROVER, "test")
    READY["withdraw creative"]()()
    assert session.may("approve creative")
    act = READY["approve creative"]()
    access.revoke(somebody, "test")
    with pytest.raises(NotAllowedError) as refused:
        act()
    assert (refused.value.role, refused.value.needs) == ("", "approver")


def test_the_second_click_of_two_leaves_no_second_line(somebody: str) -> None:
    access.grant(somebody, Role.ADMIN, "test")
    twice = []
    for deed in READY:
        act = READY[deed]()
        before = lines_of(somebody)
        act()
        once = lines_of(somebody)
        assert once != before
        with suppress(AdfluxError):  # such as: this person has no role any more
            act()
        twice += [deed] if lines_of(somebody) != once else []
    assert twice == []


def test_after_the_login_is_over_no_deed_is_done(somebody: str, monkeypatch: pytest.MonkeyPatch) -> None:
    access.grant(somebody, Role.ADMIN, "test")
    said = {session.ACCOUNT: somebody, session.UNTIL: datetime.now(UTC).isoformat()}
    monkeypatch.setattr(session, "told", lambda name: said.get(name, ""))
    for deed in READY:
        act = READY[deed]()
        with pytest.raises(session.SessionEndedError):
            act()
    assert lines_of(somebody) == []


@pytest.mark.parametrize("deed", ["approve plan", "pause campaign", "acknowledge alert"])
def test_of_two_people_at_the_same_moment_one_does_it(
    somebody: str, monkeypatch: pytest.MonkeyPatch, deed: str
) -> None:
    people = {f"{name}@example.com" for name in ("luz", "ana")}
    for account in people:
        access.grant(account, Role.APPROVER, "test")
    act, both = READY[deed](), Barrier(2)
    here = ContextVar("here", default="")
    monkeypatch.setattr(session, "told", lambda name: here.get() if name == session.ACCOUNT else "")

    def click(account: str) -> None:
        here.set(account)
        both.wait(30)
        act()

    with ThreadPoolExecutor(2) as pool:
        ended = [pool.submit(copy_context().run, click, account) for account in sorted(people)]
    lines = [line for account in people for line in lines_of(account)]
    assert len(lines) == 1
    assert [one.exception() for one in ended] == [None, None]


def test_pressing_start_twice_is_one_line_of_the_audit(somebody: str) -> None:
    access.grant(somebody, Role.ANALYST, "test")
    one = runs.Deployment(uuid4(), "sync-metrics", "nightly", "", {}, {}, paused=False)
    for _ in range(2):
        deeds.start(one, {}, "the same key")
    assert lines_of(somebody) == [("start", {"flow": "sync-metrics", "key": "the same key"})]


@pytest.mark.parametrize("path", SCREENS, ids=lambda path: path.stem)
def test_a_page_reaches_the_world_through_deeds_alone(path: Path) -> None:
    reached = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            for name in node.names:
                whole = f"{node.module}.{name.name}"
                if whole in ACTING or name.name not in ACTING.get(node.module, {name.name}):
                    reached.append(whole)
        elif isinstance(node, ast.Attribute) and ast.unparse(node) in REACHING:
            reached.append(ast.unparse(node))
    assert reached == []


def test_the_last_admin_stays(database_url: str) -> None:
    access.grant("Luz@Example.com ", Role.ADMIN, "test")
    with pytest.raises(RefusedError, match="last admin"):
        access.revoke("luz@example.com", "test")
    with pytest.raises(RefusedError, match="last admin"):
        access.grant("luz@example.com", Role.VIEWER, "test")
    access.grant("ana@example.com", Role.ADMIN, "test")
    access.revoke("luz@example.com", "test")
    assert {one.account: (one.role, one.active) for one in access.people()} == {
        "ana@example.com": (Role.ADMIN, True),
        LOCAL: (Role.ADMIN, True),
        "luz@example.com": (Role.ADMIN, False),
    }


@pytest.mark.parametrize("account", ["", "luz", "a b@example.com", "@example.com", "luz@"])
def test_what_is_no_address_gets_no_role(database_url: str, account: str) -> None:
    with pytest.raises(InputError, match="e-mail"):
        access.grant(account, Role.VIEWER, "test")
    with pytest.raises(InputError, match="has no role"):
        access.revoke("stranger@example.com", "test")


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO adflux.person (account, role, granted_by) VALUES ('x@example.com', 'admin', 'x')",
        "UPDATE adflux.publication SET desired_state = 'active'",
        "DELETE FROM adflux.posting",
        "SELECT name, email, phone FROM adflux.candidate",
        "SELECT secret FROM adflux.installation",
        "SELECT age FROM adflux_protected.candidate_attribute",
    ],
)
def test_what_pages_read_with_can_neither_write_nor_see_a_person(database_url: str, statement: str) -> None:
    with database.engine().begin() as connected:
        connected.execute(text("SET LOCAL ROLE adflux_ro"))
        with pytest.raises(ProgrammingError) as refused:
            connected.execute(text(statement))
    assert isinstance(refused.value.orig, refusals.InsufficientPrivilege)
