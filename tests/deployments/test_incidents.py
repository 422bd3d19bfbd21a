"""Every kind of alert, injected for real: each is one right alert, and a month without any is silent."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from alert_receivers import webhook
from alerted_house import House
from house_troubles import INCIDENTS

from adflux_core.alerts.causes import TITLES
from adflux_core.settings import settings
from sandbox.server import Sandbox

pytestmark = pytest.mark.whole
NIGHTS = int(os.environ.get("ADFLUX_CLEAN_NIGHTS", "6"))


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


def test_a_clean_month_is_silent_and_each_incident_is_one_alert(house: House) -> None:
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
    assert len(house.hook.messages) == len(INCIDENTS)


def test_every_kind_of_alert_is_among_the_incidents() -> None:
    assert {kind for kind, _, _ in INCIDENTS} == set(TITLES)
