"""What axe-core says of a page: the rules that it breaks in a serious or critical way, and where."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# What Streamlit draws in one way only: rule, the part of the page, and why we cannot mend it.
STREAMLITS_OWN = (
    ("list", "[data-testid=stSidebarNavItems]", "wraps each section's links in a div inside its list"),
    (
        "listitem",
        "[data-testid=stSidebarNavItems]",
        "and so the links are items of that div, not the list",
    ),
)
WITHIN = """([targets, part]) => targets.every((one) => document.querySelector(one)?.closest(part))"""


def hurdles(page: Page) -> list[str]:
    """Each with its rule, its place and what is wrong; without what is Streamlit's own."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{one['id']} at {place['target']}: {place['failureSummary']} {place['html'][:200]}"
        for one in found
        if one["impact"] in {"serious", "critical"}
        for place in one["nodes"]
        if not _streamlits_own(page, one["id"], place["target"])
    ]


def _streamlits_own(page: Page, rule: str, targets: list[str]) -> bool:
    return any(
        rule == excepted and page.evaluate(WITHIN, [targets, part]) for excepted, part, _ in STREAMLITS_OWN
    )
