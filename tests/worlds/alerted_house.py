"""One AdFlux with a sandbox, a Prefect server and somebody who is told; and everything that can befall it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from alert_receivers import Received
from meta_publications import QUIESCENCE, one_pass, opened, published
from running_stack import eventually
from sqlalchemy import text

from adflux_core import database, heartbeat
from adflux_core.accounts import open_platform
from adflux_core.advertising import DesiredState, PlatformName
from adflux_core.alerts.credentials import note_expiry
from adflux_core.alerts.watching import Watched, watch
from adflux_core.campaigns.approval import token_prefix
from adflux_core.campaigns.caps import set_caps
from adflux_core.errors import PlatformError
from adflux_core.metrics.sync import sync_metrics
from adflux_core.money import Money
from adflux_core.postings.importing import import_postings
from adflux_core.publication import kill_switch
from adflux_core.publication.orders import desire, stop_all
from adflux_core.publication.pacing import hold_to_caps
from adflux_core.publication.sweep import sweep
from adflux_core.settings import apply_environment
from deployments import programs
from deployments.child import Child
from deployments.ports import free_port
from deployments.prefect_environment import prefect_environment
from deployments.scheduler_health import Scheduler, scheduler_causes
from sandbox.meta.state import Node
from sandbox.server import Sandbox

META = PlatformName.META
USUAL = 40  # rows of the feed
# Everything that remembers when something was last done.
CLOCKS = {
    "heartbeat": "beat_at",
    "metrics_slice": "read_at",
    "import_receipt": "finished_at",
    "credential_expiry": "read_at",
    "publication": "converged_at",
}


class House:
    def __init__(
        self, world: Sandbox, hook: Received, folder: Path, posting_id: int, database_url: str
    ) -> None:
        self.world, self.hook, self.folder, self.database_url = world, hook, folder, database_url
        port = free_port()
        self.environment = prefect_environment(folder, f"http://127.0.0.1:{port}/api")
        self.server: Child = programs.server(folder, port, self.environment)
        self.now = datetime.now(UTC)
        # It runs through the month, and is seen enough for a thin day to be thin.
        self.publication_id = published(posting_id, days=60, budget="COP 4800000")
        self.left_behind = ""
        self.scheduled: list[str] = []
        self.ahead = timedelta()

    def look(self) -> Watched:
        """Five minutes later; one message if anything is told, else none."""
        before = len(self.hook.messages)
        self.now += timedelta(minutes=5)
        seen = scheduler_causes(self.environment, datetime.now(UTC) + self.ahead)
        watched = watch(seen, self.folder / "outage.json", self.now)
        assert len(self.hook.messages) - before == bool(watched.told)
        return watched

    def night(self) -> None:
        """A day passes, and everything that is scheduled is done."""
        for table in CLOCKS:
            self.age(table, 1)
        self.now += timedelta(days=1)
        self.world.control("POST", "clock", {"advance_days": 1})
        self.feed(USUAL)
        self.converge()
        self.sync()
        note_expiry(META)
        heartbeat.note_answers([META], [])
        heartbeat.beat("sync-metrics")
        self.beat()

    def sync(self) -> None:
        sync_metrics(open_platform(META), today=self.world.clock.today, wait=lambda _: None)

    def beat(self) -> None:
        heartbeat.beat("converge-campaigns")

    def befall(self, kind: str, **script: Any) -> None:
        """What happens to calls from now on."""
        self.world.control("POST", "faults", {"kind": kind, **script})

    def age(self, table: str, days: int) -> None:
        column = CLOCKS[table]
        older = f"UPDATE adflux.{table} SET {column} = {column} - make_interval(days => :days)"  # noqa: S608
        with database.connection() as connected:
            connected.execute(text(older), {"days": days})

    def feed(self, rows: int) -> None:
        lines = [
            f"{number},Cajero {number},Medellín,https://e.example.com/{number}" for number in range(rows)
        ]
        file = self.folder / "feed.csv"
        file.write_text("\n".join(["id,title,city,url", *lines]))
        import_postings(file, source="portal", full=True)

    def converge(self) -> None:
        noon = datetime.combine(self.world.clock.today, datetime.min.time(), UTC) + timedelta(hours=17)
        hold_to_caps(open_platform(META), noon)
        one_pass(self.publication_id)

    def cap(self, pesos: int) -> None:
        most, month = Money.of("COP", 10_000_000), Money.of("COP", pesos)
        set_caps(open_platform(META).account(), "luz", campaign=most, day=most, month=month)

    def overspend(self) -> None:
        self.cap(1_000)
        self.converge()

    def come_near(self) -> None:
        """Nine tenths of a month's cap are spent."""
        asked = """SELECT sum(spend) FROM adflux.account_day
                   WHERE date_day >= (SELECT date_trunc('month', max(date_day)) FROM adflux.account_day)"""
        with database.connection() as connected:
            spent = connected.execute(text(asked)).scalar_one()
        self.cap(int(spent / Decimal("0.9")))

    def allow_more(self) -> None:
        self.cap(10_000_000)
        self.resume()

    def stop(self) -> None:
        stop_all("luz")
        self.converge()

    def release(self) -> None:
        kill_switch.release("luz")
        self.resume()

    def resume(self) -> None:
        desire(self.publication_id, DesiredState.ACTIVE, "luz")
        self.converge()

    def stray(self) -> None:
        """A campaign that runs and bears a name of ours, and that no publication owns."""
        campaign = self.running_campaign
        with database.transaction() as session:
            name = f"Cajero {token_prefix(session)}zz99"
        self.world.account.add("campaign", {**campaign.values, "name": name}, status="ACTIVE")
        sweep(opened(META), quiescence=QUIESCENCE)

    def sweep_away(self) -> None:
        later = QUIESCENCE * 2
        sweep(opened(META, later=later), quiescence=QUIESCENCE, now=lambda: datetime.now(UTC) + later)

    def expire(self, days: float | None) -> None:
        ends = None if days is None else (datetime.now(UTC) + timedelta(days)).isoformat()
        self.world.control("POST", "token", {"expires_at": ends})
        note_expiry(META)

    def fail_three_times(self) -> None:
        self.befall("html_502", method="GET", times=3)
        for _ in range(3):
            try:
                self.sync()
            except PlatformError as failure:
                heartbeat.note_answers([], [failure])

    def answer_again(self) -> None:
        self.sync()
        heartbeat.note_answers([META], [])

    def schema(self, version: str) -> None:
        with database.connection() as connected:
            changed = text("UPDATE adflux.alembic_version SET version_num = :version")
            connected.execute(changed, {"version": version})

    def lose_database(self) -> None:
        apply_environment({"ADFLUX_DATABASE_URL": "postgresql://a:b@127.0.0.1:9/adflux"})

    def find_database(self) -> None:
        apply_environment({"ADFLUX_DATABASE_URL": self.database_url})

    def start_server(self) -> None:
        self.server.start()
        self.server.wait_ready(120)

    def stop_server(self) -> None:
        self.server.stop(20)

    def leave_run(self, state: str, ago: timedelta) -> None:
        """A run in Prefect's own records, as a process that is gone left it behind."""
        at = (datetime.now(UTC) - ago).isoformat()
        flow = self._prefect.post("flows/", {"name": "sync-metrics"})["id"]
        scheduled = {"type": "SCHEDULED", "state_details": {"scheduled_time": at}}
        made = self._prefect.post("flow_runs/", {"flow_id": flow, "name": "nightly", "state": scheduled})
        self.left_behind = made["id"]
        if state != "SCHEDULED":
            self._set_state(state)
            self.ahead = ago  # Prefect lets nobody say that a run began earlier

    def end_run(self) -> None:
        self._set_state("CRASHED")
        self.ahead = timedelta()

    def fail_twice(self) -> None:
        """Two runs of a schedule, made by Prefect's own scheduler."""
        flow = self._prefect.post("flows/", {"name": "nightly"})["id"]
        hourly = [{"schedule": {"interval": 3600}, "active": True}]
        made = {
            "name": "every-hour",
            "flow_id": flow,
            "entrypoint": "flows.nightly.nightly",
            "schedules": hourly,
        }
        wanted = {"deployment_id": {"any_": [self._prefect.post("deployments/", made)["id"]]}}
        asked = {"flow_runs": wanted, "sort": "EXPECTED_START_TIME_ASC", "limit": 3}
        runs = eventually(lambda: len(found := self._prefect.post("flow_runs/filter", asked)) == 3 and found)
        self.scheduled = [run["id"] for run in runs]
        for run_id in self.scheduled[:2]:
            self.left_behind = run_id
            self._set_state("FAILED")

    def succeed(self) -> None:
        self.left_behind = self.scheduled[2]
        self._set_state("COMPLETED")

    def _set_state(self, state: str) -> None:
        told = {"state": {"type": state}, "force": True}
        self._prefect.post(f"flow_runs/{self.left_behind}/set_state", told)

    @property
    def running_campaign(self) -> Node:
        (found,) = (one for one in self.world.account.of_kind("campaign") if one.status == "ACTIVE")
        return found

    @property
    def _prefect(self) -> Scheduler:
        return Scheduler(self.environment["PREFECT_API_URL"], self.environment["PREFECT_API_AUTH_STRING"])
