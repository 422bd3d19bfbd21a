"""Bad moments: hostile words in a posting, a platform that is down, a login that ends, a clock far away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from deed_doings import NEW_PLAN
from opened_pages import opened, pressed, words_of
from sqlalchemy import text

from adflux_core import access, database
from adflux_core.access import Role
from adflux_core.alerts import raising
from adflux_core.alerts.causes import Cause
from dashboard import figures, reads, runs, session

MARKUP = "**x** ![x](https://elsewhere.example/x.png) <script>alert(1)</script> $a$ :red[b] [c](//d) `e`"
UNESCAPED = r"(?<!\\)(?:!\[x|<script|\$a|:red\[b|`e)"
LONGEST = 400  # characters of somebody else's words in one line of a page
PAGES = ("overview", "postings", "creatives", "new_campaign", "campaigns", "approvals", "applications")


@pytest.fixture(autouse=True)
def fresh(filled_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(runs, "_address", lambda: "http://127.0.0.1:9/api")
    reads.forget()
    yield
    reads.forget()


def change(sql: str, **values: object) -> None:
    with database.connection() as connected:
        connected.execute(text(sql), values)


@pytest.mark.parametrize("page", PAGES)
def test_a_title_of_ten_thousand_characters_with_markup_stays_text_and_short(
    page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hostile = (f"{MARKUP} " + "muy larga " * 1000)[:10_000]
    change("UPDATE adflux.posting SET title = :it, company = :it, description = :it", it=hostile)
    change(NEW_PLAN)
    if page in {"postings", "applications"}:
        monkeypatch.setattr("dashboard.tables.table", lambda *_, **__: 0)  # the first row is chosen
    at = opened(page, campaign=8, **{"plan-postings": [8]})
    assert not at.exception
    drawn = [one for kind in ("title", "subheader", "markdown", "caption", "info") for one in at.get(kind)]
    lines = [str(one.value) for one in drawn]
    options = [str(option) for one in (*at.selectbox, *at.multiselect) for option in one.options]
    assert any("elsewhere" in line for line in [*lines, *options])
    assert [line[:200] for line in [*lines, *options] if len(line) > LONGEST and "muy larga" in line] == []
    assert [line[:200] for line in lines if re.search(UNESCAPED, line)] == []


def test_a_platform_that_is_down_is_said_with_since_when_and_its_numbers_stay() -> None:
    change(
        "INSERT INTO adflux.platform_trouble (platform, runs, reason, since) "
        "VALUES ('meta', 3, 'Meta: HTTP 503', now() - interval '2 hours')"
    )
    words = words_of(opened("overview"))
    assert "Sin respuesta] **meta** · Meta" in words
    assert "hace 2 horas" in words
    assert "COP" in words_of(opened("campaigns", campaign=1))
    # A platform's part of the page is what was read last, and when.
    assert "última lectura" in words_of(opened("campaigns", campaign=1))


@pytest.mark.parametrize(
    ("page", "labels", "state"),
    [
        ("overview", ["Me encargo"], {}),
        ("approvals", ["Aprobar"], {}),
        ("campaigns", ["Pausar", "Sí, pausarla"], {"campaign": 1}),
        ("new_campaign", ["Hacer el plan"], {"plan-postings": [1], "plan-budget": 800_000}),
        ("settings", ["Examinar ahora"], {}),
        ("people", ["Dar el rol"], {}),
    ],
)
def test_a_login_that_ends_before_the_click_does_nothing_and_says_so(
    page: str, labels: list[str], state: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    access.grant("luz@example.com", Role.ADMIN, "test")
    said = {session.ACCOUNT: "luz@example.com", session.UNTIL: "9999-01-01T00:00:00+00:00"}
    monkeypatch.setattr(session, "told", lambda name: said.get(name, ""))
    with database.transaction() as there:
        raising.record(there, [Cause("server", "", "Prefect", "gone")], datetime.now(UTC))
    change(NEW_PLAN)
    at = opened(page, **state)
    for label in labels[:-1]:
        pressed(at, label)
    said[session.UNTIL] = datetime.now(UTC).isoformat()
    pressed(at, labels[-1])
    assert not at.exception
    assert "Tu sesión terminó. No se hizo nada" in words_of(at)
    with database.connection() as connected:
        lines = connected.execute(text("SELECT count(*) FROM adflux.audit WHERE actor = 'luz@example.com'"))
        assert lines.scalar_one() == 0


def test_moments_follow_the_viewers_clock_and_days_stay_the_accounts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def seen_from(zone: str | None) -> tuple[str, str]:
        monkeypatch.setattr(figures, "st", SimpleNamespace(context=SimpleNamespace(timezone=zone)))
        at = opened("campaigns", campaign=1, **{"source-campaign": True})
        assert not at.exception
        words = words_of(at)
        (read,) = re.findall(r"\*\*Leído entre:\*\* (.*) – ", words)
        (window,) = re.findall(r"\*\*Período:\*\* (.*)", words)
        return read, window + at.get("progress")[0].proto.text

    bogota, tokyo = seen_from("America/Bogota"), seen_from("Asia/Tokyo")
    assert bogota[0] != tokyo[0]
    assert bogota[1] == tokyo[1]
    assert seen_from("Mars/Phobos") == seen_from(None) == bogota


def test_without_prefect_no_plan_is_asked_for_and_what_was_filled_in_stays() -> None:
    at = opened("new_campaign", **{"plan-postings": [1], "plan-budget": 800_000})
    pressed(at, "Hacer el plan")
    assert not at.exception
    assert "Esto no se inició y no se planeó nada" in words_of(at)
    assert at.number_input(key="plan-budget").value == 800_000
    assert "planning" not in at.session_state
