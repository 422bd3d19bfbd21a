"""The whole stack in a real browser: every page seen, nothing called outside, one run for two clicks."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from sqlalchemy import make_url

from adflux_core.settings import Settings

pytestmark = pytest.mark.whole

HOLD = """
import json, sys
from pathlib import Path
from deployments.services import Services
with Services(Path(sys.argv[1]), any_port=True) as services:
    print(json.dumps(services.urls), flush=True)
    services.watch()
"""
QUIET = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
PAGES = {
    "es": {
        "Resumen": "Requiere tu atención",
        "Vacantes": "75 vacantes",
        "Anuncios": "Por qué cada frase está permitida",
        "Campañas": "El anuncio tal como se aprobó",
        "Postulaciones": "Dos verdades, lado a lado",
        "Salud de los datos": "Última lectura buena",
        "Informes": "Qué cambió desde el informe",
        "Segmentos": "Cómo se eligió el número de segmentos",
        "Iniciar y seguir": "Ejecuciones recientes",
    },
    "en": {
        "Overview": "Needs you today",
        "Postings": "75 postings",
        "Ads": "Why each sentence is allowed",
        "Campaigns": "The ad as approved",
        "Applications": "Two truths, side by side",
        "Data health": "Last good reading",
        "Reports": "What changed since report",
        "Segments": "How the number of segments was chosen",
        "Start and follow": "Recent runs",
    },
}
# Charts draw after the page says that it is done, and once more when there is more room.
DRAWN = """() => new Promise(requestAnimationFrame).then(() =>
    document.fonts.status === "loaded"
    && !document.querySelector("[data-stale=true]")
    && [...document.querySelectorAll("[data-testid=stVegaLiteChart]")].every(
        (chart) => chart.querySelector("canvas, svg")))"""
LOOKS = {"light": (1280, 900, "light"), "dark": (1280, 900, "dark"), "phone": (390, 844, "light")}


@pytest.fixture(scope="module")
def sample_url(postgres: str, filled_template: str) -> str:
    """The database of the one stack that is looked at here."""
    with psycopg.connect(postgres, autocommit=True) as server:
        server.execute(f"CREATE DATABASE looked_at TEMPLATE {filled_template}")
    return make_url(postgres).set(database="looked_at").render_as_string(hide_password=False)


@pytest.fixture(scope="module")
def address(sample_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The dashboard of a running stack."""
    own = {name.upper() for name in Settings.model_fields}
    inherited = {name: value for name, value in os.environ.items() if name not in own}
    folder = tmp_path_factory.mktemp("looked at")
    log = (folder / "stack.log").open("w")
    stack = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder / "home")],
        env={**inherited, "ADFLUX_DATABASE_URL": sample_url},
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
        start_new_session=True,
    )
    assert stack.stdout is not None
    said = stack.stdout.readline()
    assert said, (folder / "stack.log").read_text()[-2000:]
    yield json.loads(said)["dashboard"]
    stack.send_signal(signal.SIGTERM)
    stack.communicate(timeout=60)
    log.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    assert chromium, "chromium is not on the PATH: apt-get install chromium"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        yield opened
        opened.close()


class Watched:
    """A page, with every request that left this machine and every complaint in its console."""

    def __init__(self, browser: Browser, look: str, language: str) -> None:
        width, height, scheme = LOOKS[look]
        self.page: Page = browser.new_page(
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            timezone_id="America/Bogota",
            locale="es-CO" if language == "es" else "en-US",
        )
        self.outside: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self._note(request.url))
        self.page.on("websocket", lambda socket: self._note(socket.url))
        self.page.on(
            "console", lambda said: self.complaints.append(said.text) if said.type == "error" else None
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note(self, url: str) -> None:
        if urlsplit(url).scheme not in {"data", "blob"} and urlsplit(url).hostname != "127.0.0.1":
            self.outside.append(url)

    def go(self, title: str) -> None:
        links = self.page.get_by_test_id("stSidebarNavLink")
        expand = self.page.get_by_test_id("stExpandSidebarButton")
        expect(links.first.or_(expand).first).to_be_visible(timeout=30_000)
        if expand.is_visible():
            expand.click()
        links.get_by_text(title, exact=True).click()
        expect(self.page.get_by_role("heading", name=title, exact=True, level=1)).to_be_visible(
            timeout=30_000
        )

    def settle(self) -> None:
        """Until the script has run, nothing old is shown, and every chart is drawn."""
        expect(self.page.locator("[data-test-script-state=notRunning]")).to_have_count(1, timeout=30_000)
        self.page.wait_for_function(DRAWN, timeout=30_000)

    def picture(self, path: Path) -> None:
        """The whole page, however long."""
        self.settle()
        size = self.page.viewport_size
        assert size is not None
        tall = self.page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
        self.page.set_viewport_size({"width": size["width"], "height": min(int(tall) + 20, 6000)})
        self.settle()
        self.page.screenshot(path=path)
        self.page.set_viewport_size(size)


def test_every_page_is_whole_quiet_and_keeps_to_this_machine(
    address: str, browser: Browser, tmp_path: Path
) -> None:
    for language, pages in PAGES.items():
        for look in LOOKS:
            seen = Watched(browser, look, language)
            seen.page.goto(f"{address}/?lang={language}")
            expect(seen.page.get_by_role("heading", level=1)).to_be_visible(timeout=60_000)
            for title, words in pages.items():
                if title not in {"Resumen", "Overview"}:
                    seen.go(title)
                expect(seen.page.get_by_text(words).first).to_be_visible(timeout=30_000)
                expect(seen.page.get_by_test_id("stException")).to_have_count(0)
                seen.picture(tmp_path / f"{language}-{look}-{title}.png")
            assert seen.outside == []
            assert seen.complaints == []
            seen.page.close()


def test_two_clicks_start_one_run_and_it_is_followed_to_its_end(
    address: str, sample_url: str, browser: Browser, tmp_path: Path
) -> None:
    feed = tmp_path / "feed.csv"
    feed.write_text("id,title,company,location\nA1,Panadero,Pan y Café,Bogotá\nA2,,Pan y Café,Bogotá\n")
    seen = Watched(browser, "light", "es")
    seen.page.goto(f"{address}/?lang=es")
    seen.go("Iniciar y seguir")
    main = seen.page.get_by_test_id("stMain")
    expect(main.get_by_role("combobox", name="Qué iniciar")).to_be_visible(timeout=30_000)
    main.get_by_role("combobox", name="Qué iniciar").click()
    seen.page.get_by_role("option", name="Importar vacantes · cuando se pida").click()
    main.get_by_role("textbox", name="Archivo *").fill(str(feed))
    main.get_by_role("textbox", name="Fuente *").fill("panaderia")
    seen.picture(tmp_path / "form.png")
    main.get_by_role("button", name="Iniciar", exact=True).dblclick()
    expect(main.get_by_role("button", name="Iniciar otra")).to_be_visible(timeout=30_000)
    expect(main.get_by_text("Recibo del archivo")).to_be_visible(timeout=90_000)
    expect(main.get_by_text("Terminada").first).to_be_visible(timeout=30_000)
    seen.picture(tmp_path / "done.png")
    with psycopg.connect(sample_url) as connected:
        read = connected.execute(
            "SELECT count(*), max(read) FROM adflux.import_receipt WHERE source = 'panaderia'"
        ).fetchone()
    assert read == (1, 2)
    assert seen.outside == []
    assert seen.complaints == []
