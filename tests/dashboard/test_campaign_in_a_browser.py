"""From a posting to live ads by clicks alone: a real worker, the platforms' sandbox, and a real browser."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from meta_publications import open_posting
from playwright.sync_api import Page, Position, expect, sync_playwright
from running_stack import STRETCH
from seen_by_axe import hurdles
from watched_pages import Watched

from deployments.services import Services

pytestmark = pytest.mark.whole

FITS = "(([at]) => at.scrollWidth <= at.clientWidth)(document.querySelectorAll('[data-testid=stMain]'))"
SOON = 90_000  # ms: a run starts, reads two accounts and asks two platforms


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    # Before today, wherever the account's calendar is: a campaign begins tomorrow.
    first_day = datetime.now(UTC).date() - timedelta(days=2)
    with Services(
        tmp_path / "home",
        sandbox=["--today", str(first_day)],
        prefect_port=4240 + STRETCH,
        dashboard_port=8540 + STRETCH,
        any_port=True,
    ) as running:
        yield running


@pytest.fixture
def seen() -> Iterator[Watched]:
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium")
        assert chromium, "chromium is not on the PATH: make browser"
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield Watched(browser, "light", "es")
        browser.close()


def click(page: Page, label: str, *, twice: bool = False) -> None:
    button = page.get_by_test_id("stMain").get_by_role("button", name=label, exact=True)
    expect(button).to_be_enabled(timeout=30_000)
    button.dblclick() if twice else button.click()


def test_a_recruiter_plans_approves_and_publishes_once_by_clicks(
    services: Services, seen: Watched, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    posting = open_posting()
    page = seen.page
    # By its address: a page that looks for its server in a wrong place complains of it.
    page.goto(f"{services.urls['dashboard']}/new-campaign?lang=es")
    page.get_by_role("combobox", name="Vacantes para anunciar").click()
    page.get_by_role("option", name=re.compile(f"^{posting} · ")).click()
    expect(page.get_by_text("Aún no se conoce ninguna cuenta publicitaria")).to_be_visible(timeout=30_000)
    seen.go("Configuración")
    click(page, "Examinar ahora")
    expect(page.get_by_text("AdFlux sandbox").first).to_be_visible(timeout=SOON)
    seen.go("Nueva campaña")  # what was chosen is still there
    expect(page.get_by_role("heading", name="3 · El anuncio")).to_be_visible(timeout=30_000)
    amount = page.get_by_role("spinbutton", name=re.compile("Presupuesto de cada campaña"))
    amount.fill("500000")
    amount.press("Enter")
    expect(page.get_by_text("2 campañas")).to_be_visible(timeout=30_000)
    click(page, "Hacer el plan", twice=True)
    expect(page.get_by_text("Cuesta como máximo")).to_be_visible(timeout=SOON)
    expect(page.get_by_text("COP 1.000.000").first).to_be_visible()
    seen.settle()
    assert page.evaluate(FITS)
    assert hurdles(page) == []
    seen.picture(tmp_path / "planned.png")
    click(page, "Aprobar", twice=True)
    click(page, "Publicar ahora", twice=True)
    expect(page.get_by_text("Publicado. Sus campañas dicen cómo van.")).to_be_visible(timeout=SOON)
    assert database_says("SELECT author, (SELECT count(*) FROM adflux.approval) FROM adflux.plan") == [
        ("local", 1)
    ]
    assert database_says("SELECT platform, state FROM adflux.publication ORDER BY 1") == [
        ("google_ads", "active"),
        ("meta", "active"),
    ]
    click(page, "Ver las campañas")
    another_is_opened_from_the_table(seen)
    assert seen.outside == []
    assert seen.complaints == []


def another_is_opened_from_the_table(seen: Watched) -> None:
    """The newest is shown, and is the first row; the one below it opens, and its own row opens nothing."""
    page = seen.page
    shown = page.get_by_role("combobox", name="Campaña", exact=True)
    expect(shown).to_have_value(re.compile(r"\(2\)$"), timeout=30_000)
    others = page.get_by_test_id("stExpander").filter(has_text="Todas las campañas")
    others.get_by_text("Todas las campañas", exact=True).click()
    table = others.get_by_test_id("stDataFrame")
    for row, campaign in ((0, 2), (1, 1)):
        expect(table).to_be_visible(timeout=30_000)
        seen.settle()
        table.click(position=Position(x=16, y=36 + 35 * row + 17))
        expect(shown).to_have_value(re.compile(rf"\({campaign}\)$"), timeout=30_000)
    expect(page.get_by_test_id("stException")).to_have_count(0)


def database_says(sql: str) -> list[tuple[object, ...]]:
    from adflux_core.settings import settings

    url = settings().adflux_database_url
    assert url is not None
    with psycopg.connect(url.get_secret_value()) as connected:
        return connected.execute(sql).fetchall()  # type: ignore[arg-type]
