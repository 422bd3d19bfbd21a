"""Postings in: read a file of job postings, keep what is new, account for every row."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from prefect import flow
from prefect.runtime import flow_run

from adflux_core.postings import PostingFormat, Receipt
from tasks import postings
from tasks.forms import asked


def _run_name() -> str:
    return "import {} as {}".format(Path(flow_run.parameters["file"]).name, flow_run.parameters["source"])


@flow(name="import-postings", flow_run_name=_run_name)
def import_postings(
    file: Annotated[Path, asked("File", "Path of the file, on the machine of the worker.")],
    source: Annotated[
        str,
        asked(
            "Source",
            "Whose postings these are. A posting is known by its source and its id there.",
            min_length=1,
            max_length=60,
            pattern=r"^[\w.-]+$",
        ),
    ],
    format: Annotated[PostingFormat | None, asked("Format", "Empty: read from the file itself.")] = None,
    mapping: Annotated[
        Path | None,
        asked("Mapping", "A TOML file that names the columns; empty: by header."),
    ] = None,
    currency: Annotated[
        str | None,
        asked(
            "Currency",
            "What a bare $ means in this file, such as COP; empty: it stays unknown.",
            pattern=r"^[A-Z]{3}$",
        ),
    ] = None,
    full: Annotated[
        bool,
        asked("Complete feed", "The file holds all open postings: what is absent twice in a row is closed."),
    ] = False,
    force: Annotated[
        bool,
        asked("Force", "Accept a complete feed that has shrunk by more than half."),
    ] = False,
) -> Receipt:
    """Import a file of job postings: CSV, Indeed XML, JSON-LD, RSS, or a Greenhouse, Lever or Ashby board."""
    receipt = postings.import_postings(
        file, source=source, format=format, mapping=mapping, currency=currency, full=full, force=force
    )
    postings.show_receipt(receipt)
    return receipt
