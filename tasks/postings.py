"""Postings come in: one task, one transaction."""

from __future__ import annotations

from pathlib import Path

from adflux_core.postings import PostingFormat, Receipt
from adflux_core.postings import import_postings as read_postings
from tasks.kinds import transaction
from tasks.showing import progress, show_import


@transaction("import postings")
def import_postings(
    file: Path,
    *,
    source: str,
    format: PostingFormat | None,
    mapping: Path | None,
    currency: str | None,
    full: bool,
    force: bool,
) -> Receipt:
    with progress(f"Reading {file.name}") as report:
        return read_postings(
            file,
            source=source,
            format=format,
            mapping=mapping,
            currency=currency,
            full=full,
            force=force,
            progress=report,
        )


@transaction("show receipt")
def show_receipt(receipt: Receipt) -> None:
    show_import(receipt)
