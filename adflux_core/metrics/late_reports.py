"""Numbers that a platform cannot answer at once: a report it makes by itself, waited for and then read.

The id of a report is stored before anybody waits for it, so whoever comes after a crash goes on waiting for
the same one (docs/adr/0025).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import chain, repeat
from typing import Protocol, runtime_checkable

from sqlalchemy import select, update

from adflux_core import database
from adflux_core.advertising import MetricsWindow
from adflux_core.errors import NotFoundError, TooMuchDataError, UnavailableError
from adflux_core.platforms.halving import read_in_halves
from adflux_core.schema.metrics import PlatformReport
from adflux_core.witness import NOBODY, Witness

LEVEL = "ad"
STARTS = 2  # of the same window; then it is asked for in halves
LOOKS = (2.0, 10.0, *repeat(60.0, 10))  # seconds before each further look; then the caller's retry resumes it
STALE_AFTER = timedelta(hours=1)  # Meta, Insights, Asynchronous Jobs: the longest that one takes

Wait = Callable[[float], object]


@runtime_checkable
class ReportingPlatform(Protocol):
    """An `AdPlatform` that makes a report of what is too much to answer at once."""

    def start_report(self, since: date, until: date) -> str:
        """Have it make what `read_metrics` would answer, and give its id. Raises TooMuchDataError."""
        ...

    def report_ready(self, report_id: str) -> bool:
        """Raises NotFoundError when nothing will come of it: it failed, was skipped or is forgotten."""
        ...

    def read_report(self, report_id: str, since: date, until: date, seen: Witness = NOBODY) -> MetricsWindow:
        """What a report that is ready says of [since, until], and the account's own totals."""
        ...


def read_late(
    platform: ReportingPlatform,
    account: tuple[str, str],
    since: date,
    until: date,
    wait: Wait,
    seen: Witness = NOBODY,
) -> MetricsWindow:
    """[since, until] of `account` (platform, id) from reports, in halves where one comes to nothing twice.

    Raises UnavailableError while a report is still being made: another try resumes it.
    """

    def read(since: date, until: date) -> MetricsWindow:
        for _ in range(STARTS):
            report = _resumed(account, since, until) or _started(platform, account, since, until)
            try:
                _await(platform, report, wait)
            except NotFoundError:
                _end(report, "failed")
                continue
            window = platform.read_report(report, since, until, seen)
            _end(report, "read")
            return window
        raise TooMuchDataError(
            f"{account[0]} could not make a report of {since} to {until}, {STARTS} times",
            platform=account[0],
        )

    return read_in_halves(read, since, until, seen)


def _await(platform: ReportingPlatform, report: str, wait: Wait) -> None:
    for seconds in chain([0.0], LOOKS):
        if seconds:
            wait(seconds)
        if platform.report_ready(report):
            return
    raise UnavailableError(f"report {report} is still being made: the next try goes on waiting for it")


def _resumed(account: tuple[str, str], since: date, until: date) -> str | None:
    """The report of just this window that somebody started and nobody read; those too old are given up."""
    of_account = (PlatformReport.platform == account[0], PlatformReport.account_id == account[1])
    running = PlatformReport.state == "running"
    with database.transaction() as session:
        session.execute(
            update(PlatformReport)
            .where(*of_account, running, PlatformReport.asked_at < datetime.now(UTC) - STALE_AFTER)
            .values(state="stale")
        )
        return session.scalars(
            select(PlatformReport.report_id)
            .where(
                *of_account,
                running,
                PlatformReport.level == LEVEL,
                PlatformReport.since == since,
                PlatformReport.until == until,
            )
            .order_by(PlatformReport.asked_at.desc())
            .limit(1)
        ).first()


def _started(platform: ReportingPlatform, account: tuple[str, str], since: date, until: date) -> str:
    report = platform.start_report(since, until)
    with database.transaction() as session:
        session.add(
            PlatformReport(
                platform=account[0],
                account_id=account[1],
                report_id=report,
                since=since,
                until=until,
                level=LEVEL,
                state="running",
                asked_at=datetime.now(UTC),
            )
        )
    return report


def _end(report: str, state: str) -> None:
    with database.transaction() as session:
        session.execute(
            update(PlatformReport)
            .where(PlatformReport.report_id == report, PlatformReport.state == "running")
            .values(state=state)
        )
