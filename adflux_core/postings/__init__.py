"""Postings in: a file of job postings becomes rows, and a receipt accounts for every one of them."""

from __future__ import annotations

from adflux_core.postings.formats import PostingFormat
from adflux_core.postings.importing import import_postings, look_at
from adflux_core.postings.receipts import Receipt

__all__ = ["PostingFormat", "Receipt", "import_postings", "look_at"]
