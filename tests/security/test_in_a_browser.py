"""A real browser logs in by a login service: what a viewer sees, and what an approver does."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from deed_doings import NEW_PLAN
from oidc_provider import Provider
from playwright.sync_api import Browser, expect, sync_playwright
from seen_by_axe import hurdles
from served_dashboard import Served
from watched_pages import Watched

pytestmark = pytest.mark.whole
QUIET = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
).split()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    assert chromium, "chromium is not on the PATH: apt-get install chromium"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        yield opened
        opened.close()


def log_in(browser: Browser, at: Served, person: str, folder: Path) -> Watched:
    seen = Watched(browser, "light", "es")
    seen.page.set_default_timeout(120_000)
    seen.page.goto(f"{at.url}/?lang=es")
    expect(seen.page.get_by_role("heading", name="Entra a AdFlux")).to_be_visible()
    seen.page.screenshot(path=folder / "sign-in.png")
    assert hurdles(seen.page) == []
    seen.complaints.clear()  # that the page itself was answered with 401
    seen.page.get_by_role("link", name="Entrar").click()
    seen.page.get_by_role("link", name=person).click()
    return seen


def links_of(seen: Watched) -> list[str]:
    links = seen.page.get_by_test_id("stSidebarNavLink")
    expect(links.first).to_be_visible(timeout=120_000)
    return links.all_inner_texts()


def test_a_viewer_looks_and_an_approver_decides(
    gated: Served, login_service: Provider, peopled_url: str, browser: Browser, tmp_path: Path
) -> None:
    with psycopg.connect(peopled_url) as connected:
        (plan,) = connected.execute(NEW_PLAN).fetchone() or (0,)
    viewer = log_in(browser, gated, "viewer@example.com", tmp_path)
    assert not {"Aprobaciones", "Personas", "Iniciar y seguir"} & set(links_of(viewer))
    assert (viewer.outside, viewer.complaints) == ([], [])
    # On a page's own address Streamlit's script first asks for its files beneath it, and is told 404.
    viewer.page.goto(f"{gated.url}/people?lang=es")
    expect(viewer.page.get_by_text("Tu rol es Lectura y esto necesita Administración")).to_be_visible(
        timeout=120_000
    )
    viewer.picture(tmp_path / "refused.png")
    assert viewer.outside == []
    viewer.page.close()
    approver = log_in(browser, gated, "approver@example.com", tmp_path)
    assert "Aprobaciones" in links_of(approver)
    assert "Personas" not in links_of(approver)
    approver.go("Aprobaciones")
    yes = approver.page.get_by_role("button", name="Aprobar", exact=True)
    expect(yes).to_be_visible(timeout=120_000)
    approver.picture(tmp_path / "approvals.png")
    assert hurdles(approver.page) == []
    yes.dblclick()
    said = re.compile(f"Plan {plan}: aprobado por approver@example.com")
    expect(approver.page.get_by_text(said)).to_be_visible(timeout=120_000)
    approver.picture(tmp_path / "approved.png")
    approver.go("Campañas")
    approver.page.get_by_role("button", name="Pausar", exact=True).click()
    sure = approver.page.get_by_role("button", name="Sí, pausarla")
    expect(sure).to_be_visible(timeout=120_000)
    approver.picture(tmp_path / "pause.png")
    sure.dblclick()
    # No Prefect runs beside this dashboard: the wish is kept, and the page says what is left to do.
    expect(approver.page.get_by_text("Pidió pausarla: approver@example.com")).to_be_visible(timeout=120_000)
    expect(approver.page.get_by_text("Prefect no responde")).to_be_visible()
    approver.picture(tmp_path / "paused.png")
    assert (approver.outside, approver.complaints) == ([], [])
    approver.page.get_by_role("button", name="Salir").click()
    expect(approver.page.get_by_role("heading", name="Entra a AdFlux")).to_be_visible(timeout=120_000)
    approver.page.close()
    with psycopg.connect(peopled_url) as connected:
        lines = connected.execute(
            "SELECT action FROM adflux.audit WHERE actor = 'approver@example.com' ORDER BY id"
        ).fetchall()
    assert lines == [("approve",), ("desire paused",)]


def test_an_admin_sees_people_and_a_stranger_one_page(
    gated: Served, login_service: Provider, browser: Browser, tmp_path: Path
) -> None:
    admin = log_in(browser, gated, "admin@example.com", tmp_path)
    links_of(admin)
    admin.go("Personas")
    expect(admin.page.get_by_role("button", name="Dar el rol")).to_be_visible(timeout=120_000)
    admin.picture(tmp_path / "people.png")
    assert hurdles(admin.page) == []
    assert (admin.outside, admin.complaints) == ([], [])
    admin.page.close()
    stranger = log_in(browser, gated, "stranger@example.com", tmp_path)
    expect(stranger.page.get_by_text("Quién puede darte acceso: admin@example.com.")).to_be_visible(
        timeout=120_000
    )
    assert stranger.page.get_by_test_id("stApp").count() == 0
    stranger.page.screenshot(path=tmp_path / "stranger.png")
    assert hurdles(stranger.page) == []
    stranger.page.close()
