"""Applications come in: one task, one transaction."""

from __future__ import annotations

from pathlib import Path

from adflux_core.applications import Receipt
from adflux_core.applications import import_applications as read_applications
from tasks.kinds import transaction
from tasks.showing import progress, show_import, show_table


@transaction("import applications")
def import_applications(file: Path, *, source: str, mapping: Path | None) -> Receipt:
    with progress(f"Reading {file.name}") as report:
        return read_applications(file, source=source, mapping=mapping, progress=report)


@transaction("show receipt")
def show_receipt(receipt: Receipt) -> None:
    show_import(receipt)
    show_table(
        "applications-attributed",
        f"Applications of {receipt.file_name} that an ad brought, and why the others count for none",
        [{"attributed": receipt.attributed, **receipt.unattributed}],
    )
