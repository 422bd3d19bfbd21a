"""What Meta cannot answer at once comes by a report: one, resumed after a crash, and held to the totals."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from meta_numbers import FIRST, stored, truth
from sqlalchemy import func, select, update
from unhurried import Unhurried

from adflux_core import database
from adflux_core.accounts import open_platform
from adflux_core.advertising import PlatformName
from adflux_core.errors import NotFoundError, TooMuchDataError, UnavailableError
from adflux_core.metrics import late_reports
from adflux_core.metrics.sync import SliceReceipt, sync_metrics
from adflux_core.platforms.meta.adapter import MetaPlatform
from adflux_core.schema.metrics import PlatformReport
from adflux_core.settings import settings
from sandbox.server import Sandbox

HALVINGS = 5  # twelve days, six, three, two, one: each of them too much


class CrashError(Exception):
    """The process ends here."""


class Waits:
    """How long was waited, without waiting; `crash_at` ends the process instead."""

    def __init__(self, crash_at: int | None = None) -> None:
        self.seconds: list[float] = []
        self._crash_at = crash_at

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        if len(self.seconds) == self._crash_at:
            raise CrashError


def too_much(world: Sandbox) -> None:
    fault = {"method": "GET", "path": r"act_\d+/insights$", "times": HALVINGS, "kind": "graph_error"}
    world.control("POST", "faults", {**fault, "code": 100, "subcode": 1487534, "http_status": 400})


def reports_go_wrong(world: Sandbox, kind: str, times: int = 1) -> None:
    world.control("POST", "faults", {"method": "POST", "path": "insights$", "kind": kind, "times": times})


def sync(world: Sandbox, waits: Waits) -> SliceReceipt:
    return sync_metrics(open_platform(PlatformName.META), since=FIRST, today=world.clock.today, wait=waits)


def is_true(world: Sandbox) -> bool:
    return stored() == truth(world, world.clock.today - timedelta(days=1)) != []


def starts(world: Sandbox) -> list[dict[str, Any]]:
    calls = world.control("GET", "calls", {"since_index": 0})["calls"]
    return [call for call in calls if call["method"] == "POST" and call["path"].endswith("insights")]


def states() -> dict[str, int]:
    with database.transaction() as session:
        counted = select(PlatformReport.state, func.count()).group_by(PlatformReport.state)
        return dict(session.execute(counted).all())


def age(by: timedelta) -> None:
    with database.transaction() as session:
        session.execute(update(PlatformReport).values(asked_at=datetime.now(UTC) - by))


def test_what_is_too_much_for_an_answer_comes_by_a_report_and_is_the_truth(
    running: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adflux_core.platforms.meta.insights.PAGE_SIZE", 2)
    too_much(running)
    waits = Waits()
    receipt = sync(running, waits)
    assert receipt.complete, receipt.reason
    assert is_true(running)
    assert receipt.read > 2  # so it was paged through
    assert (len(starts(running)), states()) == (1, {"read": 1})
    assert waits.seconds == [2.0, 10.0, 60.0]
    # Once read it is done with: another day asks anew.
    too_much(running)
    assert sync(running, Waits()).changed == 0
    assert (len(starts(running)), states()) == (2, {"read": 2})


@pytest.mark.parametrize("crash_at", [1, 3])
def test_after_a_crash_the_same_report_is_waited_for(running: Sandbox, crash_at: int) -> None:
    too_much(running)
    with pytest.raises(CrashError):
        sync(running, Waits(crash_at))
    assert (stored(), states()) == ([], {"running": 1})
    too_much(running)
    assert sync(running, Waits()).complete
    assert is_true(running)
    assert (len(starts(running)), states()) == (1, {"read": 1})


def test_a_report_that_cannot_be_paged_to_its_end_is_paged_again(running: Sandbox) -> None:
    too_much(running)
    running.control("POST", "faults", {"method": "GET", "path": r"^\d+/insights$", "kind": "html_502"})
    with pytest.raises(UnavailableError):
        sync(running, Waits())
    too_much(running)
    assert sync(running, Waits()).complete
    assert is_true(running)
    assert len(starts(running)) == 1


@pytest.mark.parametrize("kind", ["async_failed", "async_skipped"])
def test_a_report_that_comes_to_nothing_is_started_once_more(running: Sandbox, kind: str) -> None:
    too_much(running)
    reports_go_wrong(running, kind)
    assert sync(running, Waits()).complete
    assert is_true(running)
    assert (len(starts(running)), states()) == (2, {"failed": 1, "read": 1})


def test_one_that_comes_to_nothing_twice_is_asked_for_in_halves(running: Sandbox) -> None:
    too_much(running)
    reports_go_wrong(running, "async_failed", times=2)
    assert sync(running, Waits()).complete
    assert is_true(running)
    assert (len(starts(running)), states()) == (4, {"failed": 2, "read": 2})


def test_when_not_even_a_days_report_is_made_that_is_said_and_nothing_changes(running: Sandbox) -> None:
    too_much(running)
    reports_go_wrong(running, "async_failed", times=99)
    with pytest.raises(TooMuchDataError, match="2026-10-01 to 2026-10-01"):
        sync(running, Waits())
    assert (stored(), states()) == ([], {"failed": 2 * HALVINGS})


def test_a_stuck_report_is_waited_for_by_the_next_try_and_given_up_after_an_hour(running: Sandbox) -> None:
    too_much(running)
    reports_go_wrong(running, "async_stuck")
    waits = Waits()
    with pytest.raises(UnavailableError) as failure:
        sync(running, waits)
    assert failure.value.retriable
    assert waits.seconds == list(late_reports.LOOKS)
    too_much(running)
    with pytest.raises(UnavailableError):
        sync(running, Waits())
    assert (len(starts(running)), stored(), states()) == (1, [], {"running": 1})
    age(late_reports.STALE_AFTER + timedelta(minutes=1))
    too_much(running)
    assert sync(running, Waits()).complete
    assert is_true(running)
    assert (len(starts(running)), states()) == (2, {"stale": 1, "read": 1})


def test_a_report_cut_short_is_refused_and_the_next_one_is_read(running: Sandbox) -> None:
    too_much(running)
    reports_go_wrong(running, "truncated_job")
    receipt = sync(running, Waits())
    assert not receipt.complete
    assert "the ads add up to" in receipt.reason
    assert stored() == []
    too_much(running)
    assert sync(running, Waits()).complete
    assert is_true(running)
    assert len(starts(running)) == 2


class Told(MetaPlatform):
    """The real adapter, to which a report says what no sandbox says of its own."""

    def __init__(self, status: str, percent: object) -> None:
        super().__init__(settings(), Unhurried())
        self.told = {"async_status": status, "async_percent_completion": percent}

    def _get(self, _path: object, _params: object) -> dict[str, Any]:
        return self.told


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("status", "percent"),
    [("Job Completed", 99), ("Job Completed", None), ("Job Failed", 100), ("Job Skipped", 100), ("New", 100)],
)
def test_only_a_report_that_is_completed_and_whole_is_ready(status: str, percent: object) -> None:
    with pytest.raises(NotFoundError, match=status):
        Told(status, percent).report_ready("1")
    assert Told("Job Completed", 100).report_ready("1")
    assert not Told("Job Running", 100).report_ready("1")
