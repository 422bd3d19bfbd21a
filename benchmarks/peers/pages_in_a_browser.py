"""Pages in a real Chromium, timed inside the page: from a click or an address to what is waited for."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, sync_playwright

from benchmarks.peers.pages_served import COOKIE, Served

QUIET = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
PATIENCE = 60_000
ADMIN = "person3@example.com"
NUMBERS = "[data-testid=stMetricValue], [data-testid=stDataFrame] canvas"
FIRST = "overview"
# What a page is opened for; the pages of work need a Prefect and are no part of this.
DATA = {
    "overview": "[data-testid=stMetricValue]",
    "postings": NUMBERS,
    "ads": "[data-testid=stMain] [data-testid=stSelectbox]",
    "new-campaign": "[data-testid=stMain] [data-testid=stMultiSelect]",
    "campaigns": "[data-testid=stMetricValue]",
    "applications": NUMBERS,
    "approvals": "[data-testid=stMetricValue]",
    "health": NUMBERS,
    "reports": NUMBERS,
    "segments": NUMBERS,
    "people": NUMBERS,
}
SHOWN = "(data) => document.querySelector(data) ? performance.now() : null"
# The messages of the page's one socket: a run of some milliseconds is over before the page shows it.
SOCKET = """(() => {
    const noted = window.noted = {heard: 0, last: 0};
    const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function (message) {
        if (!this.noted) {
            this.noted = true;
            this.addEventListener("message", () => { noted.heard++; noted.last = performance.now(); });
        }
        return send.call(this, message);
    };
})()"""
WATCH = """() => {
    window.began = null;
    // What the deed before still has to say is none of this one's.
    const begin = () => { if (began === null) { began = performance.now(); noted.heard = 0; } };
    for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, begin, {capture: true});
}"""
# The page has what is waited for, the script has run, nothing old is shown, and every chart is drawn.
DONE = """([heading, shown]) => began !== null && noted.heard && performance.now() - noted.last > 30
    && (!shown || document.querySelector(shown))
    && (!heading || document.querySelector("[data-testid=stMain] h1")?.innerText === heading)
    && document.querySelector("[data-test-script-state=notRunning]")
    && !document.querySelector("[data-stale=true]")
    && [...document.querySelectorAll("[data-testid=stVegaLiteChart]")].every(
        (chart) => chart.querySelector("canvas, svg"))
    ? performance.now() - began : null"""
REST = """() => document.querySelector("[data-test-script-state=notRunning]")
    && !document.querySelector("[data-stale=true]")"""
SORTED = """(before) => {
    const cell = document.querySelector("[data-testid=stMain] [data-testid=stDataFrame] canvas tbody td");
    return cell && cell.textContent !== before ? performance.now() - began : null;
}"""
ROW_MARK, HEAD, ROW = 16, 36, 35  # pixels: where a table's row is chosen, how high its head and a row are


class Timed:
    """A browser's page; `took` has the milliseconds of each thing done, by its name."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.took: dict[str, list[float]] = defaultdict(list)
        self.main = page.get_by_test_id("stMain")

    def open(self, address: str) -> None:
        """By its address, as a link or a bookmark does."""
        path = "" if address == FIRST else address
        self.page.goto(f"{self.url}/{path}?lang=es", wait_until="commit")
        found = self.page.wait_for_function(SHOWN, arg=DATA[address], timeout=PATIENCE)
        self.took[f"open /{path}"].append(found.json_value())
        self.rest()

    def rest(self) -> None:
        self.page.wait_for_function(REST, timeout=PATIENCE)

    def act(self, name: str, deed: Callable[[], Any], heading: str = "", shown: str = "") -> None:
        """Do it; done when the page is whole again, under `heading`, with what is `shown` (a selector)."""
        self.rest()
        self.page.evaluate(WATCH)
        deed()
        done = self.page.wait_for_function(DONE, arg=[heading, shown], timeout=PATIENCE)
        self.took[name].append(done.json_value())

    def choose(self, name: str, label: str) -> None:
        """One of a row of buttons."""
        self.act(name, self.main.get_by_role("radio", name=label, exact=True).click)

    def go(self, title: str) -> None:
        link = self.page.get_by_test_id("stSidebarNavLink").get_by_text(title, exact=True)
        self.act(f"go to {title}", link.click, title)

    def row(self, name: str, table: Locator, number: int, heading: str = "") -> None:
        place: Any = {"x": ROW_MARK, "y": HEAD + ROW * number + ROW // 2}
        self.centre(table)
        self.act(name, lambda: table.click(position=place), heading)

    def centre(self, table: Locator) -> None:
        """Its head would else lie under the head of the page."""
        table.evaluate("(it) => { it.style.scrollMarginTop = '90px'; it.scrollIntoView(); }")

    def sort(self, table: Locator) -> None:
        """By the column that is clicked; the browser does it alone."""
        self.rest()
        self.centre(table)
        before = table.locator("canvas tbody td").first.text_content()
        self.page.evaluate(WATCH)
        table.click(position={"x": 300, "y": HEAD // 2})
        self.took["sort a table"].append(
            self.page.wait_for_function(SORTED, arg=before, timeout=PATIENCE).json_value()
        )


def round_of_pages(timed: Timed, turn: int) -> None:
    """Every page by its address, and what people do on them."""
    for address in DATA:
        timed.open(address)
    timed.open(FIRST)
    for days in ("7 días", "90 días", "28 días"):
        timed.choose("choose a period", days)
    timed.choose("choose a measure", "Clics")
    for tongue, heading in (("English", "Overview"), ("Español", "Resumen")):
        button = timed.page.get_by_test_id("stSidebar").get_by_role("radio", name=tongue)
        timed.act("change the language", button.click, heading)
    source = timed.main.get_by_test_id("stPopover").get_by_role("button").first
    body = "[data-testid=stPopoverBody] [data-testid=stDataFrame] canvas"
    timed.act("ask for a number's source", source.click, shown=body)
    timed.page.keyboard.press("Escape")
    timed.page.get_by_test_id("stPopoverBody").wait_for(state="hidden")  # and it has said so to the script
    timed.go("Vacantes")
    search = timed.main.get_by_role("textbox", name="Buscar")
    search.fill(f"bodega {70 + turn}")
    timed.act("search postings", lambda: search.press("Enter"))
    timed.row("look at a posting", timed.main.get_by_test_id("stDataFrame").first, 0)
    for title in ("Anuncios", "Postulaciones", "Aprobaciones", "Salud de los datos", "Informes"):
        timed.go(title)
    timed.row("choose a report", timed.main.get_by_test_id("stDataFrame").first, 1)
    timed.go("Segmentos")
    timed.go("Postulaciones")
    timed.choose("add up by another thing", "Vacante")
    timed.go("Nueva campaña")
    for name, box, then in (
        ("choose a posting to advertise", "Vacantes para anunciar", "stSelectbox"),
        ("choose where to advertise it", "Dónde se publican", "stNumberInput"),
    ):
        timed.rest()
        timed.main.get_by_role("combobox", name=box).press("ArrowDown")
        option = timed.page.get_by_role("option").nth(turn % 4)
        timed.act(name, option.click, shown=f"[data-testid=stMain] [data-testid={then}]")
        timed.page.keyboard.press("Escape")  # the list of what else there is stays open
        timed.page.get_by_role("option").first.wait_for(state="hidden")
    timed.go("Campañas")
    timed.go("Resumen")
    timed.sort(timed.main.get_by_test_id("stDataFrame").last)
    timed.row("open a campaign", timed.main.get_by_test_id("stDataFrame").last, 1 + turn % 8, "Campañas")


@contextmanager
def browser_at(at: Served) -> Iterator[Timed]:
    """An administrator's, who sees every page; its profile is empty at first and kept while it is open."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("chromium is not on the PATH: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET.split())
        context = browser.new_context(
            viewport={"width": 1280, "height": 900}, timezone_id="America/Bogota", locale="es-CO"
        )
        host = str(urlsplit(at.url).hostname)
        context.add_cookies([{"name": COOKIE, "value": at.cookie(ADMIN), "domain": host, "path": "/"}])
        context.add_init_script(SOCKET)
        yield Timed(context.new_page(), at.url)
        browser.close()
