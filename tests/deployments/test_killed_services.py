"""Each service in turn ends in the middle of a night's work: the work is done all the same, once.

Worker, server, database and dashboard, by SIGKILL and by SIGTERM. ADFLUX_SERVICE_KILLS=1: all of them; else a
database that is killed.
"""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import httpx
import psycopg
import pytest
from meta_publications import one_pass, open_posting, published, raise_caps

from adflux_core import database
from adflux_core.settings import Settings, settings

pytestmark = pytest.mark.whole

LOG = logging.getLogger(__name__)
NIGHT = "nightly/every-hour"
ENDED = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}
NO_ZOMBIE_AFTER = 120.0
ALL = [
    (service, number)
    for service in ("worker", "prefect", "database", "dashboard")
    for number in (signal.SIGKILL, signal.SIGTERM)
]
STORIES = ALL if os.environ.get("ADFLUX_SERVICE_KILLS") else [("database", signal.SIGKILL)]


class NightOfAStack:
    """A running stack whose sandbox shows an ad, and the nights that read it."""

    def __init__(self, up: Any, eventually: Callable[..., Any]) -> None:
        self.up, self.eventually = up, eventually
        self.url = up.noted["environment"]["ADFLUX_DATABASE_URL"]

    def world(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        sandbox = self.up.noted["urls"]["sandbox"]
        told = httpx.request(method, f"{sandbox}/_sandbox/{path}", json=body, trust_env=False)
        assert told.is_success, told.text
        return told.json()

    def next_day(self) -> date:
        return date.fromisoformat(self.world("POST", "clock", {"advance_days": 1})["today"])

    def pid(self, service: str) -> int:
        if service != "database":
            return int(self.up.noted["pids"][service])
        try:
            return int((self.up.home / "postgres/data/postmaster.pid").read_text().split()[0])
        except (OSError, IndexError):
            return 0

    def end(self, service: str, number: signal.Signals) -> None:
        """And wait until there is another one that answers."""
        before = self.pid(service)
        os.kill(before, number)
        self.eventually(lambda: self.pid(service) not in {0, before}, 90)
        if service == "database":
            self.eventually(self._database_answers, 60)

    def state(self, run: dict[str, Any]) -> str:
        return str(self.up.call("GET", f"/flow_runs/{run['id']}")["state_type"])

    def ended(self, run: dict[str, Any]) -> str:
        self.eventually(lambda: self.state(run) in ENDED, NO_ZOMBIE_AFTER, pause=0.5)
        return self.state(run)

    def stored(self) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url) as connected:
            return connected.execute(
                """SELECT date_day::text, ad_id, impressions, clicks, spend FROM adflux.ad_metrics
                   WHERE platform = 'meta' ORDER BY 1, 2"""
            ).fetchall()

    def true(self, until: date) -> list[tuple[Any, ...]]:
        told = self.world("GET", f"truth?until={until}")["reported"]
        return sorted(
            (one["date_day"], one["ad_id"], one["impressions"], one["clicks"], Decimal(one["spend"]))
            for one in told
            if one["platform"] == "meta"
        )

    def _database_answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True


@pytest.fixture
def night(
    up: Any, eventually: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> Iterator[NightOfAStack]:
    """The stack's own settings are those of this process, too; one campaign runs for two days."""
    one = NightOfAStack(up, eventually)
    for name in Settings.model_fields:
        monkeypatch.setenv(name.upper(), up.noted["environment"].get(name.upper(), ""))
    settings.cache_clear()
    today = date.fromisoformat(one.world("GET", "clock")["today"])
    raise_caps()
    posting = open_posting(f"killed-{today}")
    assert one_pass(published(posting, start=today + timedelta(days=1))).state == "active"
    one.world("POST", "clock", {"advance_days": 2})
    yield one
    database.engine().dispose()  # or whoever comes next is told of connections that nobody closed


@pytest.mark.parametrize(("service", "number"), STORIES)
def test_a_night_is_done_whatever_ends_in_its_middle(
    night: NightOfAStack, service: str, number: signal.Signals
) -> None:
    today = night.next_day()
    held = {"kind": "hold", "method": "GET", "path": "insights$", "times": 1}
    night.world("POST", "faults", held)
    run = night.up.begin(NIGHT, today=str(today))
    night.eventually(lambda: night.world("GET", "held")["held"], 120, pause=0.2)
    began = time.monotonic()
    night.end(service, number)
    back = time.monotonic() - began
    night.world("POST", "release")
    state = night.ended(run)
    told = (service, number.name, back, state, time.monotonic() - began)
    LOG.info("%s %s: back after %.0f s, the run %s after %.0f s", *told)
    if state != "COMPLETED":  # the next hour does it
        assert night.ended(night.up.begin(NIGHT, today=str(today))) == "COMPLETED"
    assert night.stored() == night.true(today - timedelta(days=1)) != []
    unended = {"flow_runs": {"state": {"type": {"any_": ["RUNNING", "PENDING", "CANCELLING"]}}}}
    assert night.up.call("POST", "/flow_runs/filter", unended) == []
