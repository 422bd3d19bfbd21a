"""A report is made, pinned, and kept with its bytes; asked for again, it is made anew and must not differ."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic_core import to_jsonable_python
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from adflux_core import database, reports
from adflux_core.errors import AdfluxError, InputError
from adflux_core.exports.contents import gather, sheets
from adflux_core.exports.csv_file import write_csv
from adflux_core.exports.html_file import write_html
from adflux_core.exports.words import Language
from adflux_core.exports.xlsx_file import write_xlsx
from adflux_core.reports import Moved, Pinned, Totals, moved
from adflux_core.schema.reports import Report, ReportFile

REPORTED_DAYS = 28  # as long as Meta restates: each weekly report says what moved in the weeks before


class ReportReceipt(BaseModel):
    """A report that is kept. `sha256`: of each file, by format; `changed`: since report `previous_id`."""

    model_config = ConfigDict(frozen=True)

    report_id: int
    since: date
    until: date
    as_of: datetime
    language: str
    previous_id: int | None
    rows: int
    sha256: dict[str, str]
    totals: list[Totals]
    changed: list[Moved]


def pin_window(
    *, days: int = REPORTED_DAYS, until: date | None = None, as_of: datetime | None = None
) -> Pinned:
    """The window of `days` days to `until` (the last day that was read by then), as of a closed instant.

    Raises InputError when `as_of` is still to come or before anything was read.
    """
    closed = reports.pin()
    as_of = as_of or closed
    if as_of > closed:
        raise InputError(f"--as-of {as_of.isoformat()} is still to come: leave it out for what is known now")
    last = reports.days_known(as_of=as_of).last
    if last is None:
        raise InputError("no numbers were read by then: `adflux sync` reads them")
    until = until or last
    return Pinned(until - timedelta(days - 1), until, as_of)


def keep_report(asked: Pinned, *, language: Language = "es", run_id: str = "") -> ReportReceipt:
    """Make the report and keep it. Raises AdfluxError when it was kept before with other bytes."""
    kept = _kept(asked, language)
    before = _before(asked, language, kept.previous_id if kept else None)
    contents = gather(asked, language, before)
    tables = sheets(contents)
    files = {"csv": write_csv(tables[0]), "xlsx": write_xlsx(tables), "html": write_html(contents)}
    sha256 = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    changed = moved(contents.changes)
    summary = to_jsonable_python({"totals": contents.totals, "changed": changed})
    receipt = {
        "language": language,
        "previous_id": before and before[0],
        "rows": len(contents.campaigns),
        "run_id": run_id,
        "summary": summary,
    }
    number = _store(asked, receipt, files, sha256)
    return ReportReceipt(
        report_id=number,
        **vars(asked),
        language=language,
        previous_id=before and before[0],
        rows=len(contents.campaigns),
        sha256=sha256,
        totals=contents.totals,
        changed=changed,
    )


def _kept(asked: Pinned, language: Language) -> Report | None:
    with database.transaction() as session:
        return session.scalar(select(Report).filter_by(**vars(asked), language=language))


def _before(asked: Pinned, language: Language, known: int | None) -> tuple[int, Pinned] | None:
    """The report this one is compared with: the last before it of as many days."""
    with database.transaction() as session:
        query = select(Report).order_by(Report.as_of.desc(), Report.id.desc()).limit(1)
        if known is not None:
            query = query.where(Report.id == known)
        else:
            alike = Report.until - Report.since == (asked.until - asked.since).days
            query = query.where(Report.as_of < asked.as_of, Report.language == language, alike)
        found = session.scalar(query)
        return None if found is None else (found.id, Pinned(found.since, found.until, found.as_of))


def _store(
    asked: Pinned, receipt: Mapping[str, Any], files: Mapping[str, bytes], sha256: Mapping[str, str]
) -> int:
    with database.transaction() as session:
        made = insert(Report).values(**vars(asked), **receipt).on_conflict_do_nothing().returning(Report.id)
        number = session.scalar(made)
        if number is not None:
            session.add_all(
                ReportFile(report_id=number, format=name, sha256=sha256[name], content=content)
                for name, content in files.items()
            )
            return number
        number = session.scalars(
            select(Report.id).filter_by(**vars(asked), language=receipt["language"])
        ).one()
        stood = session.scalars(select(ReportFile).filter_by(report_id=number).order_by(ReportFile.format))
        differing = [one.format for one in stood if one.sha256 != sha256[one.format]]
        if differing:
            raise AdfluxError(
                f"report {number} was kept with other bytes ({', '.join(differing)}): what it rests on was "
                "changed, or another version of AdFlux made it"
            )
        return number
