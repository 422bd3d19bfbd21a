"""The doctor says that the numbers are ill, whoever else is dead."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from told_platform import FIRST, ToldPlatform, row

from adflux_core import database
from adflux_core.alerts.watching import watch
from adflux_core.doctor.examining import Check, examine
from adflux_core.metrics.sync import sync_metrics
from adflux_core.schema.metrics import MetricsSlice


def numbers() -> Check:
    return checked("numbers", datetime.now(UTC))


def checked(name: str, now: datetime) -> Check:
    return next(check for check in examine(now) if check.name == name)


@pytest.mark.usefixtures("database_url")
def test_a_watch_that_stopped_looking_fails_the_doctor(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    unwatched = checked("watch", now)
    assert unwatched.ok
    assert "never looked" in unwatched.detail
    watch([], tmp_path / "outage.json", now)
    assert checked("watch", now + timedelta(minutes=14)).ok
    silent = checked("watch", now + timedelta(minutes=17))
    assert not silent.ok
    assert "nobody is told since" in silent.detail
    assert "docs/operations.md" in silent.fix


@pytest.mark.usefixtures("database_url")
def test_numbers_that_are_old_or_do_not_add_up_fail_the_doctor() -> None:
    assert (numbers().ok, numbers().detail) == (True, "none was read yet")
    told = ToldPlatform()
    told.tell(row(FIRST))
    sync_metrics(told, since=FIRST, until=FIRST, today=FIRST + timedelta(1))  # type: ignore[arg-type]
    assert (numbers().ok, numbers().detail) == (True, f"read to {FIRST}, complete and as usual")
    with database.transaction() as session:
        session.get_one(MetricsSlice, 1).read_at = datetime.now(UTC) - timedelta(hours=37)
    told.lie = True
    sync_metrics(told, since=FIRST, until=FIRST, today=FIRST + timedelta(1))  # type: ignore[arg-type]
    found = numbers()
    assert not found.ok
    assert found.detail.startswith("incomplete meta act_1")
    assert "stale meta act_1" in found.detail
    assert found.fix
