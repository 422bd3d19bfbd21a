"""Every page as people see it, for docs/dashboard.md: `make pictures` opens the demo's world and looks.

Each page in Spanish and English, on a desk and on a phone, as WebP under docs/pictures; `--png FOLDER` also
keeps them as they were seen.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright
from watched_pages import Watched

from adflux_core.money import Money
from adflux_core.settings import apply_environment
from dashboard.screens import SCREENS
from dashboard.words import LANGUAGES, said_in
from deployments.demo import DAYS, main_job
from deployments.services import Services
from deployments.stages import Stages

KEPT = Path(__file__).parents[2] / "docs" / "pictures"
LOOKS = {"desktop": "light", "phone": "phone"}
QUALITY = 60
MOST = 6 * 2**20  # bytes of all of them


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--png", type=Path)
    asked = parser.parse_args()
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("chromium is not on the PATH: make browser")
    stages, first_day = Stages(), datetime.now(UTC).date() - timedelta(days=DAYS)
    with (
        tempfile.TemporaryDirectory() as home,
        Services(
            Path(home), sandbox=["--today", str(first_day)], any_port=True, on_progress=stages.tell
        ) as services,
    ):
        apply_environment({"PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL", "GRPC_VERBOSITY": "NONE"})
        main_job(stages, first_day)
        posting = fill_the_other_pages()
        with stages.stage("looked at"), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            look(browser, services.urls["dashboard"], asked.png or Path(home), posting)
            browser.close()
    total = sum(one.stat().st_size for one in KEPT.glob("*.webp"))
    sys.stdout.write(f"{total / 2**20:.1f} MiB in {KEPT}\n")
    if total > MOST:
        sys.exit(f"more than {MOST / 2**20:.0f} MiB: lower QUALITY")


def fill_the_other_pages() -> int:
    """What the demo leaves to the person who watches it: words, a plan that waits, a report. The number of a
    posting that nothing advertises.
    """
    from adflux_core import reports
    from adflux_core.campaigns.drafting import draft_plan
    from adflux_core.platforms import configured
    from flows.generate_creatives import generate_creatives
    from flows.report_metrics import report_metrics

    postings = [row.id for row in reports.postings(limit=12).rows][8:]
    for language in LANGUAGES:
        generate_creatives(posting_ids=postings[:1], variants=2, language=language)
    draft_plan(postings[:1], configured(), budget=Money.parse("COP 800000"), days=14, author="luz")
    report_metrics()
    return postings[1]


def look(browser: Browser, address: str, folder: Path, posting: int) -> None:
    """Every page, its picture kept."""
    folder.mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        for name, look in LOOKS.items():
            seen = Watched(browser, look, language)
            for screen in SCREENS:
                # By its address: on a phone the navigation that led there would lie over it.
                path = "" if screen is SCREENS[0] else screen.address
                seen.page.goto(f"{address}/{path}?lang={language}&posting={posting}")
                title = seen.page.get_by_role("heading", name=said_in(language, screen.title), level=1)
                expect(title).to_be_visible(timeout=60_000)
                if screen.file == "new_campaign":
                    plan(seen.page, language)
                keep(seen, folder / f"{screen.address}-{language}-{name}.png")
            seen.page.close()


def plan(page: Page, language: str) -> None:
    """A new campaign as far as its plan."""
    amount = page.get_by_test_id("stNumberInputField").first
    amount.fill("800000")
    amount.press("Enter")
    page.get_by_role("button", name=said_in(language, "Make the plan")).click()
    expect(page.get_by_text(said_in(language, "Costs at most"))).to_be_visible(timeout=120_000)


def keep(seen: Watched, png: Path) -> None:
    seen.picture(png)
    with Image.open(png) as picture:
        picture.convert("RGB").save(KEPT / f"{png.stem}.webp", quality=QUALITY, method=6)


if __name__ == "__main__":
    main()
