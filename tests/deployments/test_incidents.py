"""Thirteen incidents, each injected for real: each is one right alert, and a month without any is silent."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from alert_receivers import webhook
from alerted_house import USUAL, House

from adflux_core import database
from adflux_core.settings import settings
from sandbox.server import Sandbox

pytestmark = pytest.mark.whole
NIGHTS = int(os.environ.get("ADFLUX_CLEAN_NIGHTS", "6"))
HEAD = ScriptDirectory(str(database.MIGRATIONS)).get_current_head() or ""
Deed = Callable[[House], object]
# What is expected to be told, what befalls the house, and how it is mended.
INCIDENTS: list[tuple[str, Deed, Deed]] = [
    ("feed", lambda house: house.age("import_receipt", 3), lambda house: house.feed(USUAL)),
    ("shrunk", lambda house: house.feed(USUAL // 2), lambda house: house.feed(USUAL)),
    ("orphan", House.stray, House.sweep_away),
    ("capped", House.overspend, House.allow_more),
    ("token", lambda house: house.expire(6.5), lambda house: house.expire(None)),
    ("stuck", lambda house: house.leave_run("SCHEDULED", timedelta(minutes=20)), House.end_run),
    ("database", House.lose_database, House.find_database),
    ("server", House.stop_server, House.start_server),
    ("zombie", lambda house: house.leave_run("RUNNING", timedelta(minutes=4)), House.end_run),
    ("schema", lambda house: house.schema("0001"), lambda house: house.schema(HEAD)),
    ("unreachable", House.fail_three_times, House.answer_again),
    ("stopped", House.stop, House.release),
    ("broken", House.fail_twice, House.succeed),
]


@pytest.fixture
def house(
    world: Sandbox, posting_id: int, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[House]:
    with webhook() as hook:
        monkeypatch.setenv("ADFLUX_ALERT_URLS", f"json://127.0.0.1:{hook.port}/")
        settings.cache_clear()
        one = House(world, hook, tmp_path, posting_id, database_url)
        try:
            one.start_server()
            yield one
        finally:
            one.stop_server()
            one.find_database()


def test_a_clean_month_is_silent_and_each_of_thirteen_incidents_is_one_alert(house: House) -> None:
    for night in range(NIGHTS):
        house.night()
        assert house.look().open == 0, night
    for kind, inject, mend in INCIDENTS:
        inject(house)
        watched = house.look()
        assert [cause.kind for cause in watched.told] == [kind], (kind, watched)
        assert house.look().told == [], kind  # within the hour
        mend(house)
        over = house.look()
        assert (over.told, over.open) == ([], 0), (kind, over)
    assert len(house.hook.messages) == len(INCIDENTS) == 13
