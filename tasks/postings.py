"""Postings come in: one task, one transaction."""

from __future__ import annotations

from pathlib import Path

from adflux_core.postings import PostingFormat, Receipt
from adflux_core.postings import import_postings as read_postings
from tasks.kinds import transaction
from tasks.showing import progress, show_table


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
    counts = receipt.model_dump(
        include={"read", "created", "updated", "unchanged", "merged", "quarantined", "closed"}
    )
    show_table("import-receipt", f"{receipt.file_name} as {receipt.source}", [counts])
    if receipt.quarantine:
        show_table(
            "import-quarantine",
            f"Rows of {receipt.file_name} that were not believed",
            [{"line": line, "reason": reason} for line, reason in receipt.quarantine],
        )
