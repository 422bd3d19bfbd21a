"""Files of application events, and what is kept of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import text

from adflux_core import database
from adflux_core.applications import Receipt

Take = Callable[..., Receipt]

HEADER = "application id,step,at,landing page,clicked at\n"


def link(click_id: str) -> str:
    """The page where a person arrived who followed an ad."""
    return f"https://empleos.example.com/1?utm_source=meta&utm_content={click_id}"


def ask(statement: str, **values: Any) -> list[tuple[Any, ...]]:
    with database.connection() as connected:
        return [tuple(row) for row in connected.execute(text(statement), values)]


def applications(source: str = "ats") -> list[tuple[Any, ...]]:
    """Everything that follows from the events of a source, but for whose it is."""
    found = ask(
        "SELECT furthest, first_at, submitted_at, click_id, verdict, clicked_at FROM application "
        "WHERE source = :source",
        source=source,
    )
    return sorted(found, key=repr)
