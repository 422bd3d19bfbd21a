"""A page in a real browser, with all that left this machine and every complaint."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, expect

# Charts draw after the page says that it is done, and once more when there is more room.
# Asked each time a frame is drawn; a promise would be taken for a yes.
DRAWN = """() => document.fonts.status === "loaded"
    && !document.querySelector("[data-stale=true], [data-testid=stSkeleton]")
    && [...document.querySelectorAll("[data-testid=stVegaLiteChart]")].every(
        (chart) => chart.querySelector("canvas, svg"))"""
LOOKS = {"light": (1280, 900, "light"), "dark": (1280, 900, "dark"), "phone": (390, 844, "light")}


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
