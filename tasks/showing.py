"""What a run shows while it works and when it is done: Prefect artifacts, and a bar on a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol
from uuid import UUID

from prefect.artifacts import (
    create_link_artifact,
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

SECONDS_BETWEEN_UPDATES = 1.0  # each update is a call to the server

COUNTS = ("read", "created", "updated", "unchanged", "merged", "quarantined", "closed")

Report = Callable[[int, int], None]


class Imported(Protocol):
    """What the receipts of all imports have."""

    @property
    def file_name(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def quarantine(self) -> list[tuple[int, str]]: ...


@contextmanager
def progress(what: str) -> Iterator[Report]:
    """Yields `report(done, total)`; cheap to call often."""
    artifact = create_progress_artifact(progress=0.0, description=what)
    assert isinstance(artifact, UUID)  # a coroutine only inside async code, of which there is none
    shown_at = 0.0
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
    ) as bar:
        line = bar.add_task(what, total=None)

        def report(done: int, total: int) -> None:
            nonlocal shown_at
            bar.update(line, completed=done, total=total)
            if time.monotonic() - shown_at >= SECONDS_BETWEEN_UPDATES:
                shown_at = time.monotonic()
                update_progress_artifact(artifact, progress=100.0 * done / max(total, 1))

        yield report
    update_progress_artifact(artifact, progress=100.0)


def show_table(key: str, what: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """A table in Prefect's UI, under a key that keeps its history."""
    create_table_artifact(key=key, description=what, table=[dict(row) for row in rows])


def show_text(key: str, what: str, markdown: str) -> None:
    """Markdown in Prefect's UI."""
    create_markdown_artifact(key=key, description=what, markdown=markdown)


def show_link(key: str, what: str, url: str, words: str) -> None:
    """A link in Prefect's UI; a key of Prefect's has no underscores."""
    create_link_artifact(key=key.replace("_", "-"), description=what, link=url, link_text=words)


def show_import(receipt: Imported) -> None:
    """The counts of an import, and the first rows that were not believed."""
    counts = {name: getattr(receipt, name) for name in COUNTS}
    show_table("import-receipt", f"{receipt.file_name} as {receipt.source}", [counts])
    if receipt.quarantine:
        show_table(
            "import-quarantine",
            f"Rows of {receipt.file_name} that were not believed",
            [{"line": line, "reason": reason} for line, reason in receipt.quarantine],
        )
