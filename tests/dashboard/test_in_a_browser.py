"""The whole stack in a real browser: every page seen, nothing called outside, one run for two clicks."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from looked_up import LookedUp, names_of
from playwright.sync_api import Browser, Locator, Position, expect, sync_playwright
from seen_by_axe import hurdles
from sqlalchemy import make_url
from watched_pages import Watched

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
        "Nueva campaña": "Vacantes para anunciar",
        "Campañas": "El anuncio tal como se aprobó",
        "Postulaciones": "Dos verdades, lado a lado",
        "Salud de los datos": "Tareas programadas",
        "Informes": "Qué cambió desde el informe",
        "Segmentos": "Cómo se eligió el número de segmentos",
        "Iniciar y seguir": "Ejecuciones recientes",
        "Configuración": "Cuentas publicitarias y sus topes",
    },
    "en": {
        "Overview": "Needs you today",
        "Postings": "75 postings",
        "Ads": "Why each sentence is allowed",
        "New campaign": "Postings to advertise",
        "Campaigns": "The ad as approved",
        "Applications": "Two truths, side by side",
        "Data health": "Scheduled work",
        "Reports": "What changed since report",
        "Segments": "How the number of segments was chosen",
        "Start and follow": "Recent runs",
        "Settings": "Ad accounts and their caps",
    },
}
# Every page in each language, each light and each width; not in all combinations, which take minutes.
LOOKED_AT = {"es": ("light", "phone"), "en": ("dark", "phone")}
# A second account, so that platforms are compared; both were read by runs.
ANOTHER_PLATFORM = (
    """
        INSERT INTO adflux.ad_account (platform, external_id, name, currency, time_zone)
        VALUES ('google_ads', '4410022775', 'AdFlux Sandbox Búsqueda', 'COP', 'America/Bogota')
    """,
    """
        INSERT INTO adflux.metrics_slice (platform, account_id, since, until, pages, rows_read, rows_changed,
                                          rows_deleted, spend, currency, complete)
        SELECT 'google_ads', '4410022775', since, until, 1, 30, 30, 0, 90000, 'COP', true
        FROM adflux.metrics_slice WHERE complete
    """,
    """
        INSERT INTO adflux.ad_metrics (date_day, platform, account_id, ad_id, ad_group_id, campaign_id,
                                       currency, impressions, clicks, link_clicks, spend, applications,
                                       slice_id)
        SELECT day, 'google_ads', '4410022775', 'a', 'g', 'c', 'COP', 900, 40, 40, 3000, 2, slice.id
        FROM adflux.metrics_slice AS slice, generate_series(since, until, interval '1 day') AS day
        WHERE platform = 'google_ads'
    """,
    # What a feed may bring into a title: text on every page, loaded by none, and no wider than the page.
    """
        UPDATE adflux.posting SET title = '<img src=https://elsewhere.example/a.png>'
            || ' ![b](https://elsewhere.example/b.png) **c** ' || repeat('larguísima', 990)
        WHERE id = (SELECT posting_id FROM adflux.publication WHERE state = 'differs')
    """,
    "UPDATE adflux.metrics_slice SET run_id = '5c3c9e0e-8f6f-4b0e-9b1e-2f1f2f0f7a11'",
)
FACTS = {
    "es": ("Período:", "Moneda:", "Días leídos:", "Leído entre:"),
    "en": ("Window:", "Currency:", "Days read:", "Read between:"),
}
RECEIPT = {"es": "Recibo", "en": "Receipt"}
FITS = "(([at]) => at.scrollWidth <= at.clientWidth)(document.querySelectorAll('[data-testid=stMain]'))"
ROW_MARK, HEAD, ROW = 16, 36, 35  # pixels: where a table's row is chosen, how high its head and a row are


@pytest.fixture(scope="module")
def sample_url(postgres: str, filled_template: str) -> str:
    """The database of the one stack that is looked at here."""
    with psycopg.connect(postgres, autocommit=True) as server:
        server.execute(f"CREATE DATABASE looked_at TEMPLATE {filled_template}")
    url = make_url(postgres).set(database="looked_at").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connected:
        for statement in ANOTHER_PLATFORM:
            connected.execute(statement)
    return url


@pytest.fixture(scope="module")
def looked_up(tmp_path_factory: pytest.TempPathFactory) -> LookedUp:
    return LookedUp(tmp_path_factory.mktemp("looked up"))


@pytest.fixture(scope="module")
def address(sample_url: str, looked_up: LookedUp, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The dashboard of a running stack."""
    own = {name.upper() for name in Settings.model_fields}
    inherited = {name: value for name, value in os.environ.items() if name not in own}
    folder = tmp_path_factory.mktemp("looked at")
    log = (folder / "stack.log").open("w")
    stack = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder / "home")],
        env={**inherited, **looked_up.environment, "ADFLUX_DATABASE_URL": sample_url},
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
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    assert chromium, "chromium is not on the PATH: apt-get install chromium"
    net_log = tmp_path_factory.mktemp("browser") / "net-log.json"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=chromium, args=[*QUIET, f"--log-net-log={net_log}"]
        )
        yield opened
        opened.close()
    # Also what no page asked for: a prefetch, a look-up ahead of a link.
    assert names_of(net_log) <= {"127.0.0.1"}


def test_every_page_is_whole_for_everybody_quiet_and_keeps_to_this_machine(
    address: str, browser: Browser, tmp_path: Path
) -> None:
    for language, pages in PAGES.items():
        for look in LOOKED_AT[language]:
            seen = Watched(browser, look, language)
            seen.page.goto(f"{address}/?lang={language}")
            expect(seen.page.get_by_role("heading", level=1)).to_be_visible(timeout=60_000)
            for title, words in pages.items():
                if title not in {"Resumen", "Overview"}:
                    seen.go(title)
                expect(seen.page.get_by_text(words).first).to_be_visible(timeout=30_000)
                expect(seen.page.get_by_test_id("stException")).to_have_count(0)
                assert seen.page.evaluate(FITS), title
                seen.picture(tmp_path / f"{language}-{look}-{title}.png")
                if look != "phone":
                    assert hurdles(seen.page) == [], f"{title} in {language}, {look}"
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


def shows_source(place: Locator, language: str) -> None:
    """The window, the currency, the as-of time, and the receipts with a link to the run of each."""
    for fact in FACTS[language]:
        expect(place.get_by_text(fact).first).to_be_visible(timeout=30_000)
    receipts = place.page.locator("canvas th", has_text=RECEIPT[language])
    cells = place.get_by_test_id("stDataFrame").filter(has=receipts).locator("canvas td")
    expect(cells.first).to_have_text(re.compile(r"^\d+$"), timeout=30_000)
    expect(cells.nth(1)).to_have_text(re.compile("/runs/flow-run/"))


@pytest.mark.parametrize("language", PAGES)
def test_every_number_of_the_overview_says_where_it_comes_from(
    address: str, browser: Browser, language: str, tmp_path: Path
) -> None:
    seen = Watched(browser, "light", language)
    seen.page.goto(f"{address}/?lang={language}")
    main = seen.page.get_by_test_id("stMain")
    tiles = main.get_by_test_id("stMetric")
    expect(tiles).to_have_count(5, timeout=60_000)
    seen.settle()
    # A number drawn as a tile has a source beside it, whatever its name.
    sources = main.get_by_test_id("stPopover").get_by_role("button")
    expect(sources).to_have_count(tiles.count())
    for place in range(tiles.count()):
        sources.nth(place).click()
        opened = seen.page.get_by_test_id("stPopoverBody")
        number = tiles.nth(place).get_by_test_id("stMetricValue").inner_text()
        expect(opened.get_by_text(number).first).to_be_visible(timeout=30_000)
        shows_source(opened, language)
        seen.page.screenshot(path=tmp_path / f"source-{language}-{place}.png")
        seen.page.keyboard.press("Escape")
        expect(opened).to_have_count(0)
    # A row of the platforms shows its source here, one of the campaigns on the page that it opens.
    tables = main.get_by_test_id("stDataFrame")
    expect(tables).to_have_count(2)
    for row in range(tables.first.locator("canvas tbody tr").count()):
        mark = Position(x=ROW_MARK, y=HEAD + ROW * row + ROW // 2)
        tables.first.click(position=mark)
        seen.settle()
        shows_source(main, language)
        tables.first.click(position=mark)  # no longer chosen: its source goes
        expect(tables).to_have_count(2)
    assert seen.outside == []
    assert seen.complaints == []
    seen.page.close()


def test_no_program_of_the_stack_asked_for_another_machine(address: str, looked_up: LookedUp) -> None:
    """While all the tests above went by; Streamlit's and Prefect's telemetry would be told here."""
    assert any("prefect" in who for who, _ in looked_up.asked()), "nothing was heard"
    assert looked_up.strangers() == set()
