"""Candidates in: read a file of people who agreed to be reached, merge who is the same, account for all."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from prefect import flow
from prefect.runtime import flow_run

from adflux_core.candidates import Receipt
from tasks import candidates
from tasks.forms import asked


def _run_name() -> str:
    return "import candidates from {}".format(Path(flow_run.parameters["file"]).name)


@flow(name="import-candidates", flow_run_name=_run_name)
def import_candidates(
    file: Annotated[Path, asked("File", "Path of the file, on the machine of the worker.")],
    source: Annotated[
        str,
        asked(
            "Source",
            "Where these people come from. Their ids count within it.",
            min_length=1,
            max_length=60,
            pattern=r"^[\w.-]+$",
        ),
    ] = "candidates",
    mapping: Annotated[
        Path | None,
        asked("Mapping", "A TOML file that names the columns; empty: by header."),
    ] = None,
) -> Receipt:
    """Import a file of candidates: CSV, XLSX or JSON lines. Protected attributes are put apart."""
    receipt = candidates.import_candidates(file, source=source, mapping=mapping)
    candidates.show_receipt(receipt)
    return receipt
