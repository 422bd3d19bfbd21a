"""Applications in: read what became of them in an applicant tracking system, and find the ad of each."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from prefect import flow
from prefect.runtime import flow_run

from adflux_core.applications import Receipt
from tasks import applications
from tasks.forms import asked


def _run_name() -> str:
    return "import {} as {}".format(Path(flow_run.parameters["file"]).name, flow_run.parameters["source"])


@flow(name="import-applications", flow_run_name=_run_name)
def import_applications(
    file: Annotated[Path, asked("File", "Path of the file, on the machine of the worker.")],
    source: Annotated[
        str,
        asked(
            "Source",
            "Whose applications these are. Their ids count within it.",
            min_length=1,
            max_length=60,
            pattern=r"^[\w.-]+$",
        ),
    ] = "ats",
    mapping: Annotated[
        Path | None,
        asked("Mapping", "A TOML file that names the columns; empty: by header."),
    ] = None,
) -> Receipt:
    """Import a file of events: CSV or JSON lines. The same events twice change nothing."""
    receipt = applications.import_applications(file, source=source, mapping=mapping)
    applications.show_receipt(receipt)
    return receipt
