"""The receipt: what became of every row of a file."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from adflux_core.postings.formats import PostingFormat


class Receipt(BaseModel):
    """read = created + updated + unchanged + merged + quarantined.

    `merged` rows gave way to a later row of the same file with the same external id; `closed` counts
    postings of the source that were absent from two complete feeds in a row. `quarantine` holds
    (line, reason) of the first hundred rows that were not believed.
    """

    model_config = ConfigDict(frozen=True)

    receipt_id: int
    source: str
    format: PostingFormat
    file_name: str
    read: int
    created: int
    updated: int
    unchanged: int
    merged: int
    quarantined: int
    closed: int
    quarantine: list[tuple[int, str]]
