"""Candidates come in: one task, one transaction."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from adflux_core.candidates import Receipt, erasing
from adflux_core.candidates import import_candidates as read_candidates
from tasks.kinds import transaction
from tasks.showing import progress, show_import


@transaction("import candidates")
def import_candidates(file: Path, *, source: str, mapping: Path | None) -> Receipt:
    with progress(f"Reading {file.name}") as report:
        return read_candidates(file, source=source, mapping=mapping, progress=report)


@transaction("erase expired")
def erase_expired(today: date | None) -> int:
    return erasing.erase_expired(today or datetime.now(UTC).date())


@transaction("show receipt")
def show_receipt(receipt: Receipt) -> None:
    show_import(receipt)
