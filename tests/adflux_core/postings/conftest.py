"""What the tests of postings share: import some content and look at the rows, or see that nothing changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from adflux_core import database
from adflux_core.postings import Receipt, import_postings

Take = Callable[..., tuple[Receipt, list[dict[str, Any]]]]


@pytest.fixture
def take(database_url: str, tmp_path: Path) -> Take:
    """Import content (bytes, text, or anything JSON can say); gives the receipt and the rows."""

    def run(content: Any, **options: Any) -> tuple[Receipt, list[dict[str, Any]]]:
        path = tmp_path / "postings"
        if not isinstance(content, bytes | str):
            content = json.dumps(content)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        receipt = import_postings(path, source="acme", **options)
        with database.connection() as connected:
            rows = connected.execute(text("SELECT * FROM adflux.posting ORDER BY id")).mappings()
            return receipt, [dict(row) for row in rows]

    return run


LISTED_OTHERWISE = """
    WITH told AS (
        SELECT id, updated_at, source, status, language,
               lower(concat_ws(' ', title, company, place, city, external_id)) AS words
        FROM adflux.posting
    )
    (TABLE told EXCEPT TABLE adflux.posting_line) UNION ALL (TABLE adflux.posting_line EXCEPT TABLE told)
"""


@pytest.fixture(autouse=True)
def listed_as_they_are(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever a test did to postings, what they are listed and found by is in step afterwards."""
    kept = "database_url" in request.fixturenames
    if kept:
        request.getfixturevalue("database_url")  # so that it is still there afterwards
    yield
    if kept:
        with database.connection() as connected:
            assert connected.execute(text(LISTED_OTHERWISE)).all() == []


@pytest.fixture
def untouched(database_url: str) -> Iterator[None]:
    """A database that must be as empty afterwards as before."""
    yield
    with database.connection() as connected:
        for table in ("posting", "import_receipt", "quarantined_row"):
            assert connected.exec_driver_sql(f"TABLE adflux.{table}").first() is None
