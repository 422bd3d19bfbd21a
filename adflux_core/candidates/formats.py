"""The formats candidates come in, and how each is recognised by what is inside."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from adflux_core.intake.records import UnreadableError
from adflux_core.intake.sheets import is_workbook


class CandidateFormat(StrEnum):
    """What `--format` takes; without it the content decides, never the file's name."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON_LINES = "json-lines"


def detect(path: Path, head: bytes) -> CandidateFormat:
    """The format of a file that begins with `head`, or is a workbook. Raises UnreadableError on others."""
    if is_workbook(path):
        return CandidateFormat.XLSX
    start = head.lstrip()[:1]
    if start == b"{":
        return CandidateFormat.JSON_LINES
    if start in {b"[", b"<"}:
        raise UnreadableError(
            "is neither CSV, XLSX nor JSON lines (one JSON object a line): export it as one of them"
        )
    return CandidateFormat.CSV
