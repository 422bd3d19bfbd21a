"""A login from its beginning to its end, a role that ends before it, and the verbs that give one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import httpx
import pytest
from click.testing import CliRunner
from oidc_provider import Provider
from opened_pages import opened
from served_dashboard import Served, drawn
from sqlalchemy import text

from adflux_core import access, database
from adflux_core.access import Role
from adflux_core.errors import ConfigurationError
from adflux_core.settings import settings
from dashboard import login, reads, session
from deployments.cli import adflux


@contextmanager
def log_in(at: Served, person: str) -> Iterator[httpx.Client]:
    """By the login service, as a browser would."""
    with httpx.Client(trust_env=False, follow_redirects=True, timeout=60) as browser:
        chosen = browser.get(f"{at.url}/signin")
        (link,) = (one.split('">')[0] for one in chosen.text.split('href="') if f'">{person}<' in one)
        browser.get(link)
        yield browser


def test_a_login_opens_the_dashboard_and_a_logout_closes_it(gated: Served, login_service: Provider) -> None:
    with log_in(gated, "viewer@example.com") as browser:
        assert browser.get(gated.url).status_code == 200
        kept = [one for one in browser.cookies.jar if one.name == "_streamlit_user"]
        assert [one.has_nonstandard_attr("HttpOnly") for one in kept] == [True]
        left = browser.get(f"{gated.url}/auth/logout")
        assert left.status_code == 401
        assert urlsplit(str(left.url)).path == "/"
        assert browser.get(gated.url).status_code == 401
    for person in ("stranger@example.com", "unconfirmed@example.com"):
        with log_in(gated, person) as browser:
            assert browser.get(gated.url).status_code == 403


def test_an_open_page_ends_with_its_session(gated: Served) -> None:
    seconds = 5 / 3600
    with gated.socket(gated.cookie("admin@example.com", hours_ago=8 - seconds)) as socket:
        until = datetime.now(UTC) + timedelta(minutes=1)
        while "Your session has ended" not in (said := drawn(socket)[0]):
            assert datetime.now(UTC) < until, said


def test_a_login_that_ends_in_the_middle_of_an_action_does_nothing(
    filled_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    access.grant("luz@example.com", Role.APPROVER, "test")
    said = {session.ACCOUNT: "luz@example.com", session.UNTIL: "9999-01-01T00:00:00+00:00"}
    monkeypatch.setattr(session, "told", lambda name: said.get(name, ""))
    reads.forget()
    at = opened("creatives")
    button = next(one for one in at.button if one.label == "Retirar la aprobación")
    said[session.UNTIL] = datetime.now(UTC).isoformat()
    button.click().run()
    assert not at.exception
    assert [one.value for one in at.error][:1] == [
        "Tu sesión terminó. No se hizo nada: recarga la página y entra de nuevo."
    ]
    with database.connection() as connected:
        approved = connected.execute(text("SELECT approved_by FROM adflux.creative_text WHERE id = 1"))
        assert approved.scalar_one() == "luz"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("ADFLUX_OIDC_CLIENT_SECRET", "", "ADFLUX_OIDC_CLIENT_SECRET is not set"),
        ("ADFLUX_COOKIE_SECRET", "", "ADFLUX_COOKIE_SECRET is not set"),
        ("ADFLUX_DASHBOARD_URL", "http://adflux.example.com", "ADFLUX_DASHBOARD_URL must be https"),
        ("ADFLUX_OIDC_METADATA_URL", "http://login.example.com/x", "ADFLUX_OIDC_METADATA_URL must be https"),
    ],
)
def test_a_login_set_up_in_part_opens_nothing(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    whole = {
        "ADFLUX_OIDC_METADATA_URL": "https://login.example.com/.well-known/openid-configuration",
        "ADFLUX_OIDC_CLIENT_ID": "adflux",
        "ADFLUX_OIDC_CLIENT_SECRET": "secret",
        "ADFLUX_COOKIE_SECRET": "c" * 32,
        "ADFLUX_DASHBOARD_URL": "https://adflux.example.com",
    }
    for key, given in (whole | {name: value}).items():
        monkeypatch.setenv(key, given)
    settings.cache_clear()
    with pytest.raises(ConfigurationError, match=said):
        login.with_login(settings())
    monkeypatch.setenv(name, whole[name])
    settings.cache_clear()
    assert login.with_login(settings())


def test_the_first_admin_is_let_in_by_a_verb(database_url: str) -> None:
    run = CliRunner()

    def answer(*words: str) -> dict[str, object]:
        done = run.invoke(adflux, [*words, "--json"])
        assert done.exit_code == 0, done.stderr
        return dict(json.loads(done.stdout))

    first = answer("grant", "Luz@Example.com", "admin", "--as", "root")
    assert (first["account"], first["role"], first["granted_by"]) == ("luz@example.com", "admin", "root")
    refused = run.invoke(adflux, ["revoke", "luz@example.com"])
    assert (refused.exit_code, refused.stderr.count("\n")) == (2, 1)
    assert "last admin" in refused.stderr
    answer("grant", "ana@example.com", "admin")
    assert answer("revoke", "luz@example.com")["active"] is False
    listed = answer("people")["people"]
    assert isinstance(listed, list)
    assert [(one["account"], one["active"]) for one in listed] == [
        ("ana@example.com", True),
        ("local", True),
        ("luz@example.com", False),
    ]
    assert access.role_of("luz@example.com") is None
    assert run.invoke(adflux, ["grant", "ana@example.com", "owner"]).exit_code == 2
