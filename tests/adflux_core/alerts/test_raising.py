"""Once an hour at most, not again once somebody took it on, anew when it comes back."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alert_receivers import Received, webhook
from sqlalchemy import text

from adflux_core import database
from adflux_core.alerts import raising
from adflux_core.alerts.causes import Cause
from adflux_core.alerts.watching import watch
from adflux_core.errors import InputError
from adflux_core.settings import settings

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
SERVER = Cause("server", "", "Prefect", "does not answer")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def hook(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Received]:
    with webhook() as received:
        monkeypatch.setenv("ADFLUX_ALERT_URLS", f"json://127.0.0.1:{received.port}/")
        settings.cache_clear()
        yield received


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "outage.json"


def test_one_cause_is_told_once_an_hour_until_somebody_takes_it_on(hook: Received, file: Path) -> None:
    for minute in range(0, 130, 5):
        watch([SERVER], file, NOW + minute * MINUTE)
    assert len(hook.messages) == 3  # at 0, 60 and 120 minutes
    (alert,) = raising.alerts()
    assert (alert.kind, alert.times_told, alert.first_at) == ("server", 3, NOW)
    assert raising.acknowledge(alert.id, "luz").acknowledged_by == "luz"
    assert raising.acknowledge(alert.id, "ana").acknowledged_by == "luz"
    watch([SERVER], file, NOW + 5 * HOUR)
    assert len(hook.messages) == 3
    watch([], file, NOW + 6 * HOUR)
    assert raising.alerts() == []
    watch([SERVER], file, NOW + 7 * HOUR)  # it came back: that is another one
    assert len(hook.messages) == 4
    assert [one.ended_at for one in raising.alerts(ended=True)] == [None, NOW + 6 * HOUR]


def test_what_reaches_nobody_is_tried_again_at_the_next_look(hook: Received, file: Path) -> None:
    hook.status = 500
    first = watch([SERVER], file, NOW)
    assert (first.sent, first.failed) == ([], ["webhook 127.0.0.1"])
    hook.status = 200
    assert watch([SERVER], file, NOW + MINUTE).sent == ["webhook 127.0.0.1"]
    assert watch([SERVER], file, NOW + 2 * MINUTE).sent == []


def test_two_watchers_at_once_tell_it_once(hook: Received, file: Path) -> None:
    with ThreadPoolExecutor(8) as crowd:
        seen = list(crowd.map(lambda _: watch([SERVER], file, NOW), range(8)))
    assert len(hook.messages) == 1
    assert sum(bool(one.told) for one in seen) == 1


def test_many_causes_are_one_message_and_a_consequence_is_none(hook: Received, file: Path) -> None:
    zombie = Cause("zombie", "", "sync (1)", "")
    other = Cause("differs", "meta", "Cajero (publication 4)", "")
    watched = watch([zombie, other, SERVER], file, NOW)
    assert [cause.kind for cause in watched.told] == ["differs", "server"]
    assert len(hook.messages) == 1


def test_doubt_is_given_its_time(hook: Received, file: Path) -> None:
    doubt = Cause("doubtful", "meta", "Cajero (publication 4)", "")
    assert watch([doubt], file, NOW).told == []
    assert watch([doubt], file, NOW + 59 * MINUTE).told == []
    assert [cause.kind for cause in watch([doubt], file, NOW + HOUR).told] == ["doubtful"]


def test_a_database_that_is_down_or_of_another_version_is_told_once_an_hour(
    hook: Received, file: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.connection() as connected:
        connected.execute(text("UPDATE adflux.alembic_version SET version_num = '9999'"))
    (newer,) = watch([], file, NOW).told
    assert newer.detail.startswith("its schema is 9999 and this code needs")
    assert newer.detail.endswith("update AdFlux")
    monkeypatch.setenv("ADFLUX_DATABASE_URL", "postgresql://me:hunter2@127.0.0.1:9/adflux")
    settings.cache_clear()
    for minute in range(1, 70, 4):
        watch([], file, NOW + minute * MINUTE)
    assert ["no responde" in one["message"] for one in hook.messages] == [False, True, True]
    assert file.stat().st_mode & 0o777 == 0o600
    assert "hunter2" not in str(hook.messages)
    monkeypatch.delenv("ADFLUX_DATABASE_URL")
    settings.cache_clear()
    assert watch([], file, NOW + 3 * HOUR).told[0].kind == "database"  # none is even configured
    file.write_text("{broken")
    assert watch([], file, NOW + 3 * HOUR).told[0].kind == "database"


def test_what_is_not_there_cannot_be_taken_on(database_url: str) -> None:
    with pytest.raises(InputError, match="alert 7 does not exist"):
        raising.acknowledge(7, "luz")
