"""Days that were not read are known and healed, some at a time, and one bad day holds back no other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from told_platform import FIRST, ToldPlatform, row, stored

from adflux_core import database, reports
from adflux_core.advertising import MetricsWindow
from adflux_core.errors import UnavailableError
from adflux_core.heartbeat import beat
from adflux_core.metrics.gaps import Gap, gaps, heal_gaps
from adflux_core.metrics.sync import sync_metrics
from adflux_core.schema.publication import Approval, Plan, PlanItem, Publication
from adflux_core.witness import NOBODY, Witness

pytestmark = pytest.mark.usefixtures("database_url")


def day(number: int) -> date:
    return FIRST + timedelta(number)


def sync(platform: ToldPlatform, today: int, since: int, until: int) -> None:
    sync_metrics(platform, since=day(since), until=day(until), today=day(today))  # type: ignore[arg-type]


def heal(platform: ToldPlatform, today: int, most: int = 28) -> list[tuple[date, date, bool]]:
    receipts = heal_gaps(platform, today=day(today), most=most)  # type: ignore[arg-type]
    return [(one.since, one.until, one.complete) for one in receipts]


@dataclass
class BadDay(ToldPlatform):
    """Its totals disagree in every window that holds the bad day."""

    bad: date = date.min

    def read_metrics(self, since: date, until: date, seen: Witness = NOBODY) -> MetricsWindow:
        self.lie = since <= self.bad <= until
        return super().read_metrics(since, until, seen)


@pytest.fixture
def platform() -> BadDay:
    """A hundred days of one ad; nothing is bad until a test says so."""
    told = BadDay(bad=date.min)
    told.tell(*(row(day(number)) for number in range(100)))
    return told


def test_an_account_that_was_never_read_has_no_gaps(platform: BadDay) -> None:
    assert gaps("meta", "act_1", before=day(100)) == []
    assert heal(platform, 62) == []


def test_days_between_two_windows_are_a_gap_and_are_healed_once(platform: BadDay) -> None:
    sync(platform, 10, 0, 9)
    sync(platform, 60, 40, 59)
    found = gaps("meta", "act_1", before=day(100))
    assert found == [Gap(day(10), day(39), "unread", 0), Gap(day(0), day(9), "unsettled", 0)]
    assert heal(platform, 62) == [(day(10), day(31), True), (day(4), day(9), True)]
    assert heal(platform, 62) == [(day(0), day(3), True)]
    assert heal(platform, 62) == []
    assert stored("act_1").keys() == {(day(number), "ad-1") for number in [*range(32), *range(40, 60)]}


def test_a_run_reads_a_bounded_number_of_days(platform: BadDay) -> None:
    sync(platform, 1, 0, 0)
    sync(platform, 100, 99, 99)
    assert heal(platform, 102, most=5) == [(day(67), day(71), True)]
    assert heal(platform, 102, most=5) == [(day(62), day(66), True)]


def test_one_bad_day_is_tried_alone_and_after_the_others(platform: BadDay) -> None:
    sync(platform, 1, 0, 0)
    sync(platform, 60, 59, 59)
    platform.bad = day(20)
    assert heal(platform, 62) == [(day(4), day(31), False)]
    assert heal(platform, 62, most=3)[:3] == [(day(1), day(3), True)]
    assert [complete for _, _, complete in heal(platform, 62)].count(False) == 1
    assert gaps("meta", "act_1", before=day(32)) == [
        Gap(day(4), day(4), "unread", 1),
        Gap(day(20), day(20), "unread", 2),
    ]
    assert heal(platform, 62) == [(day(4), day(4), True), (day(20), day(20), False)]
    platform.bad = date.min
    assert heal(platform, 62) == [(day(20), day(20), True)]
    assert gaps("meta", "act_1", before=day(32)) == []


def test_what_cannot_be_read_is_left_to_the_next_run(
    platform: BadDay, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync(platform, 1, 0, 0)
    sync(platform, 60, 59, 59)

    def fail(*_: object) -> MetricsWindow:
        raise UnavailableError("no answer", platform="meta")

    with monkeypatch.context() as patch:
        patch.setattr(platform, "read_metrics", fail)
        assert heal(platform, 62) == []
    assert heal(platform, 62) == [(day(4), day(31), True)]


@pytest.mark.parametrize("unanswered", ["account", "read_metrics"])
def test_days_asked_for_in_vain_are_a_gap_at_once_and_it_counts_against_none_of_them(
    platform: BadDay, monkeypatch: pytest.MonkeyPatch, unanswered: str
) -> None:
    sync(platform, 3, 0, 2)

    def fail(*_: object) -> MetricsWindow:
        raise UnavailableError("no answer", platform="meta")

    with monkeypatch.context() as patch:
        patch.setattr(platform, unanswered, fail)
        with pytest.raises(UnavailableError):
            sync(platform, 6, 3, 5)
    assert gaps("meta", "act_1", before=day(100)) == [Gap(day(3), day(5), "unread", 0)]
    assert ("incomplete", "no answer") in concerns("incomplete")
    sync(platform, 6, 3, 5)
    assert gaps("meta", "act_1", before=day(100)) == []
    assert concerns("incomplete") == []


def concerns(*kinds: str) -> list[tuple[str, str]]:
    return [(one.kind, one.detail) for one in reports.attention() if one.kind in kinds]


def test_somebody_is_told_of_the_days_that_are_missing(platform: BadDay) -> None:
    sync(platform, 10, 0, 9)
    assert concerns("gap") == []
    sync(platform, 60, 40, 59)
    assert concerns("gap") == [("gap", f"30 × {day(10)} – {day(39)}")]


@pytest.mark.parametrize(
    ("newest", "told"), [(800, []), (150, [("volume", f"{day(15)}: 150 / 800")]), (0, None)]
)
def test_somebody_is_told_when_the_newest_day_is_unusually_thin(
    newest: int, told: list[tuple[str, str]] | None, active_publication: Callable[[int], None]
) -> None:
    told_platform = ToldPlatform()
    told_platform.tell(*(row(day(number), impressions=800) for number in range(15)))
    if newest:
        told_platform.tell(row(day(15), impressions=newest))
    sync(told_platform, 16, 0, 15)
    assert concerns("volume") == []  # nothing runs that should have
    active_publication(15)
    assert concerns("volume") == ([("volume", f"{day(15)}: 0 / 800")] if told is None else told)


def test_nobody_is_told_of_a_day_after_everything_had_ended(
    platform: BadDay, active_publication: Callable[[int], None]
) -> None:
    platform.tell(*(row(day(number), impressions=800) for number in range(15)))
    platform.tell(row(day(15), impressions=1))
    sync(platform, 16, 0, 15)
    active_publication(14)
    assert concerns("volume") == []


@pytest.fixture
def active_publication(posting_id: int) -> Callable[[int], None]:
    """Adds one of the account that runs until that day."""

    def add(last: int) -> None:
        plan = {"plan_id": 1, "posting_id": posting_id, "platform": "meta", "spec_hash": "h"}
        money = {"currency": "COP", "budget_minor": 1, "worst_day_minor": 1}
        with database.transaction() as session:
            session.add(Plan(id=1, spec_hash="h", author="a"))
            session.flush()
            session.add(
                PlanItem(**plan, **money, spec="{}", account_id="act_1", first_day=day(0), last_day=day(last))
            )
            session.add(Approval(id=1, plan_id=1, spec_hash="h", approved_by="b"))
            session.flush()
            session.add(
                Publication(**plan, revision=1, approval_id=1, desired_state="active", state="active")
            )

    return add


def test_a_weekday_is_compared_with_its_own_kind(
    platform: BadDay, active_publication: Callable[[int], None]
) -> None:
    """A quiet Sunday is no alarm after quiet Sundays; a quiet Monday is."""
    usual = [100 if day(number).weekday() == 6 else 2000 for number in range(30)]
    told = ToldPlatform()
    told.tell(*(row(day(number), impressions=usual[number]) for number in range(30)))
    active_publication(40)
    sunday = next(number for number in range(23, 30) if day(number).weekday() == 6)
    sync(told, sunday + 1, 0, sunday)
    assert concerns("volume") == []
    told.tell(row(day(sunday + 1), impressions=100))
    sync(told, sunday + 2, 0, sunday + 1)
    assert concerns("volume") == [("volume", f"{day(sunday + 1)}: 100 / 2000")]


def test_work_that_falls_silent_is_said(active_publication: Callable[[int], None]) -> None:
    def silent() -> list[str]:
        return [one.subject for one in reports.attention() if one.kind == "silent"]

    def age(table: str, column: str, hours: int) -> None:
        with database.connection() as connected:
            connected.execute(
                text(f"UPDATE adflux.{table} SET {column} = now() - make_interval(hours => :hours)"),  # noqa: S608
                {"hours": hours},
            )

    assert silent() == []  # nothing has to be done yet
    active_publication(15)
    age("publication", "created_at", 2)
    assert silent() == ["converge-campaigns"]  # it was never done since there is something to do
    for work in ("sync-metrics", "converge-campaigns"):
        beat(work)
        beat(work)
    assert silent() == []
    age("heartbeat", "beat_at", 37)
    assert silent() == ["sync-metrics", "converge-campaigns"]
