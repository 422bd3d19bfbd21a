"""Candidates come in: one task, one transaction."""

from __future__ import annotations

from pathlib import Path

from adflux_core.candidates import Receipt
from adflux_core.candidates import import_candidates as read_candidates
from tasks.kinds import transaction
from tasks.showing import progress, show_import


@transaction("import candidates")
def import_candidates(file: Path, *, source: str, mapping: Path | None) -> Receipt:
    with progress(f"Reading {file.name}") as report:
        return read_candidates(file, source=source, mapping=mapping, progress=report)


@transaction("show receipt")
def show_receipt(receipt: Receipt) -> None:
    show_import(receipt)
