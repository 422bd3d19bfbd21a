"""Reports that were given out, and their files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pydantic import TypeAdapter

from adflux_core.errors import InputError
from adflux_core.reports.asking import ask
from adflux_core.reports.delivery import Moved
from adflux_core.reports.performance import Totals


@dataclass(frozen=True)
class KeptReport:
    """The receipt of a report. `sha256`: of each file's bytes, by format. `run_id`: Prefect's, or empty.

    `totals` and what `changed` since the previous one are as it was given out; None of a report from before
    they were kept beside its files.
    """

    id: int
    since: date
    until: date
    as_of: datetime
    language: str
    previous_id: int | None
    rows: int
    run_id: str
    made_at: datetime
    sha256: dict[str, str]
    sizes: dict[str, int]  # bytes
    totals: list[Totals] | None
    changed: list[Moved] | None


KEPT = TypeAdapter(KeptReport)


def _kept(**found: Any) -> KeptReport:
    return KEPT.validate_python(found)


@dataclass(frozen=True)
class _File:
    content: bytes


def kept_reports(*, limit: int = 50) -> list[KeptReport]:
    """Newest first."""
    return ask(
        _kept,
        """
            SELECT id, since, until, as_of, language, previous_id, rows, run_id, made_at,
                   (SELECT jsonb_object_agg(format, sha256) FROM adflux.report_file WHERE report_id = id)
                       AS sha256,
                   (SELECT jsonb_object_agg(format, octet_length(content)) FROM adflux.report_file
                    WHERE report_id = id) AS sizes,
                   summary -> 'totals' AS totals, summary -> 'changed' AS changed
            FROM adflux.report ORDER BY id DESC LIMIT :limit
        """,
        limit=limit,
    )


def report_file(report_id: int, kind: str) -> bytes:
    """The bytes as given out. `kind`: csv, xlsx, html. Raises InputError when there is no such report."""
    found = ask(
        _File,
        "SELECT content FROM adflux.report_file WHERE report_id = :id AND format = :kind",
        id=report_id,
        kind=kind,
    )
    if not found:
        raise InputError(f"report {report_id} has no {kind} file: see `adflux list reports`")
    return bytes(found[0].content)
