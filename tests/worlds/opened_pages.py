"""A page of the dashboard, opened as Streamlit's own test runner does it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

import dashboard

PAGES = Path(dashboard.__file__).parent / "screens"


def opened(page: str, language: str = "es", **state: Any) -> AppTest:
    at = AppTest.from_file(str(PAGES / f"{page}.py"), default_timeout=30)
    at.session_state["language"] = language
    for name, value in state.items():
        at.session_state[name] = value
    return at.run()


def pressed(at: AppTest, label: str) -> AppTest:
    """The page after its first button of that label was pressed."""
    next(one for one in at.button if one.label == label).click()
    return at.run()


def words_of(at: AppTest) -> str:
    """Everything on the page that is text."""
    kinds = ("title", "subheader", "markdown", "caption", "info", "success", "warning", "error", "text")
    parts = [element.value for kind in kinds for element in at.get(kind)]
    parts += [metric.label + " " + metric.value for metric in at.metric]
    parts += [button.label for button in at.button]
    return "\n".join(str(part) for part in parts)
