"""A stack without a worker, whose sandbox shows an ad in each of many accounts; workers come when told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import psutil
import psycopg
import requests

from adflux_core.accounts import open_platform
from adflux_core.advertising import PlatformName
from adflux_core.campaigns.approval import approve_plan
from adflux_core.campaigns.drafting import draft_plan
from adflux_core.database import transaction
from adflux_core.money import Money
from adflux_core.platforms import configured_accounts
from adflux_core.publication.converge import converge
from adflux_core.publication.orders import order_publication
from adflux_core.schema.postings import Posting
from adflux_core.settings import child_environment
from deployments.running import running
from deployments.scheduler_health import Scheduler
from deployments.services import Services

FIRST_DAY = date(2026, 10, 1)
NIGHT = ("nightly", "every-hour")
ENDED = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}
PATIENCE = 1_200.0
DAY = timedelta(days=1)
Found = dict[str, Any]


class SharedNights:
    """`environment`: what a worker needs to reach the database, Prefect and the sandbox from this machine."""

    def __init__(self, environment: Mapping[str, str], folder: Path, exits: ExitStack) -> None:
        self.environment = dict(environment)
        self.folder = folder
        self._exits = exits
        self._scheduler = Scheduler(environment["PREFECT_API_URL"], environment["PREFECT_API_AUTH_STRING"])

    def start_worker(
        self, *options: str, before: Sequence[str] = (), **variables: str
    ) -> subprocess.Popen[bytes]:
        """One more `adflux worker`, up when this returns; `before`: a program that becomes it."""
        number = len(list(self.folder.glob("worker-*.log")))
        home = self.folder / f"worker-{number}"
        log = home.with_suffix(".log").open("wb")
        worker = subprocess.Popen(
            [*before, str(Path(sys.executable).with_name("adflux")), "worker", *options],
            env=child_environment({**self.environment, "ADFLUX_HOME": str(home), **variables}),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        self._exits.callback(_end, worker)
        self._exits.callback(log.close)
        until(lambda: self._polls(worker))
        return worker

    def _polls(self, worker: subprocess.Popen[bytes]) -> bool:
        assert worker.poll() is None, "the worker ended at once: see its log"
        there = self.ask("work_pools/adflux/workers/filter", {})
        return any(one["name"].endswith(f" {worker.pid}") for one in there)

    def pause_schedules(self) -> None:
        """Nothing runs but what is ordered: the repair of every ten minutes would share a night's workers."""
        for deployment in self.ask("deployments/filter", {}):
            self._scheduler.post(f"deployments/{deployment['id']}/pause_deployment", {})

    def begin(self, today: date) -> str:
        """A nightly run as the schedule would make it; its id."""
        flow, name = NIGHT
        asked = {"deployments": {"name": {"any_": [name]}}, "flows": {"name": {"any_": [flow]}}}
        (deployment,) = self.ask("deployments/filter", asked)
        wanted = {"parameters": {"today": str(today)}}
        return str(self.ask(f"deployments/{deployment['id']}/create_flow_run", wanted)["id"])

    def run(self, run_id: str) -> Found:
        (found,) = self.ask("flow_runs/filter", {"flow_runs": {"id": {"any_": [run_id]}}})
        return dict(found)

    def ended(self, run_id: str) -> Found:
        until(lambda: self.run(run_id)["state_type"] in ENDED)
        return self.run(run_id)

    def parts(self, *states: str) -> list[Found]:
        """The runs that nights ordered, in these states; in any, without one."""
        wanted: Found = {"deployments": {"name": {"any_": ["night"]}}}
        if states:
            wanted["flow_runs"] = {"state": {"type": {"any_": list(states)}}}
        return list(self.ask("flow_runs/filter", wanted))

    def ask(self, what: str, question: Found) -> Any:
        """Prefect's API; on SQLite a busy server says 503, or lets go of a connection, and means "again"."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return self._scheduler.post(what, question)
            except requests.RequestException as refused:
                answer = refused.response
                if (answer is not None and answer.status_code != 503) or time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    def world(self, method: str, path: str, body: Found | None = None) -> Any:
        url = f"{self.environment['META_GRAPH_URL']}/_sandbox/{path}"
        with requests.Session() as session:
            session.trust_env = False
            told = session.request(method, url, json=body, timeout=60)
        told.raise_for_status()
        return told.json()

    def next_day(self, days: int = 1) -> date:
        return date.fromisoformat(self.world("POST", "clock", {"advance_days": days})["today"])

    def stored(self) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.environment["ADFLUX_DATABASE_URL"]) as connected:
            return connected.execute(
                """SELECT date_day::text, account_id, ad_id, impressions, clicks, spend FROM adflux.ad_metrics
                   ORDER BY 1, 2, 3"""
            ).fetchall()

    def true(self, until_day: date) -> list[tuple[Any, ...]]:
        told = self.world("GET", f"truth?until={until_day}")["reported"]
        return sorted(
            (
                *(one["date_day"], f"act_{one['account_id']}", one["ad_id"]),
                *(one["impressions"], one["clicks"], Decimal(one["spend"])),
            )
            for one in told
        )


@contextmanager
def shared_nights(accounts: int) -> Iterator[SharedNights]:
    """So many accounts on Meta, each with a campaign that has run for two days."""
    options = ["--accounts", str(accounts), "--no-google-ads", "--today", str(FIRST_DAY)]
    # ignore_cleanup_errors: the database's own user owns what it leaves behind.
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        Services(Path(folder), sandbox=options, any_port=True) as services,
        ExitStack() as exits,
    ):
        noted = running(services.home)
        assert noted is not None
        # The stack's own worker leaves: all that take part are started alike.
        os.kill(noted.pids["worker"], signal.SIGTERM)
        psutil.Process(noted.pids["worker"]).wait(60)
        nights = SharedNights(child_environment(noted.environment), services.home, exits)
        for key in configured_accounts():
            _publish(key.account_id)
        nights.next_day(2)
        yield nights


def _publish(account_id: str) -> None:
    with transaction() as session:
        posting = Posting(
            source="nights",
            external_id=account_id,
            title="Auxiliar de bodega",
            company="Cafés del Sur S.A.S.",
            language="es",
            city="Bogotá",
            country="CO",
            apply_url=f"https://empleos.example.com/{account_id}",
            content_hash=b"1",
        )
        session.add(posting)
        session.flush()
        posting_id = posting.id
    plan = draft_plan(
        [posting_id],
        [PlatformName.META],
        budget=Money.parse("COP 400000"),
        days=20,
        author="ana",
        start=FIRST_DAY + DAY,
        accounts=[account_id],
    )
    approve_plan(plan.plan_id, "luz")
    for publication in order_publication(plan.plan_id, "ana"):
        outcome = converge(publication, open_platform, quiescence=timedelta(0))
        assert outcome.state == "active", outcome


def seconds_of(run: Found) -> float:
    """From when a run was ordered until it ended."""
    return (datetime.fromisoformat(run["end_time"]) - datetime.fromisoformat(run["created"])).total_seconds()


def until(condition: Callable[[], object], patience: float = PATIENCE) -> None:
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, f"not within {patience:.0f} s"
        time.sleep(0.5)


def _end(worker: subprocess.Popen[bytes]) -> None:
    """With the runs it started, which have sessions of their own."""
    for process in [*psutil.Process(worker.pid).children(recursive=True), psutil.Process(worker.pid)]:
        process.kill()
    worker.wait()
