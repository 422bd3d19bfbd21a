"""What can be seen of Prefect from outside, by plain HTTP: the watch runs where Prefect may be dead."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from adflux_core.alerts.causes import Cause

ZOMBIE_AFTER = timedelta(minutes=2)  # runs beat every 30 s
LATE_AFTER = timedelta(minutes=15)  # past its time and not begun: no worker, or no room for it
LONGEST_RUN = timedelta(hours=6)
LOOKED_BACK = timedelta(hours=25)  # work of once a day is in it
FAILED = ("FAILED", "CRASHED")
TIMEOUT = 10.0  # seconds
# Prefect says 503 while its own database is busy, having done nothing; a server that is away is told at once.
BUSY = Retry(5, connect=0, read=0, status_forcelist={503}, allowed_methods=None, backoff_factor=0.2)


class Scheduler:
    """Prefect's API as its own client would ask it. Raises requests.RequestException."""

    def __init__(self, url: str, auth: str) -> None:
        self._url = url
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.mount(url, HTTPAdapter(max_retries=BUSY))
        if auth:
            name, _, password = auth.partition(":")
            self._session.auth = (name, password)
        client = secrets.token_hex(8)
        token = self._session.get(f"{url}/csrf-token", params={"client": client}, timeout=TIMEOUT)
        if token.ok:  # else it is switched off, or the next question says what is wrong
            self._session.headers["Prefect-Csrf-Token"] = token.json()["token"]
            self._session.headers["Prefect-Csrf-Client"] = client

    def runs(self, states: Sequence[str], before: datetime | None = None) -> list[dict[str, Any]]:
        wanted: dict[str, Any] = {"state": {"type": {"any_": list(states)}}}
        if before is not None:
            wanted["expected_start_time"] = {"before_": before.isoformat()}
        found: list[dict[str, Any]] = self.post("flow_runs/filter", {"flow_runs": wanted})
        return found

    def ended(self, since: datetime) -> list[dict[str, Any]]:
        """Scheduled runs that came to an end, the newest first; the last 200."""
        wanted = {
            "state": {"type": {"any_": [*FAILED, "COMPLETED"]}},
            "expected_start_time": {"after_": since.isoformat()},
            "deployment_id": {"is_null_": False},
        }
        asked = {"flow_runs": wanted, "sort": "EXPECTED_START_TIME_DESC", "limit": 200}
        found: list[dict[str, Any]] = self.post("flow_runs/filter", asked)
        return [run for run in found if run["auto_scheduled"]]

    def deployment(self, deployment_id: str) -> str:
        """`nightly/every-hour`; by its id alone when it is gone."""
        asked = {"deployments": {"id": {"any_": [deployment_id]}}}
        for one in self.post("deployments/filter", asked):
            return f"{one['entrypoint'].rpartition('.')[2].replace('_', '-')}/{one['name']}"
        return deployment_id

    def gave_a_sign(self, run_id: str, since: datetime) -> bool:
        wanted = {
            "occurred": {"since": since.isoformat()},
            "event": {"name": ["prefect.flow-run.heartbeat"]},
            "resource": {"id": [f"prefect.flow-run.{run_id}"]},
        }
        return bool(self.post("events/filter", {"filter": wanted, "limit": 1})["events"])

    def post(self, what: str, question: Mapping[str, Any]) -> Any:
        reply = self._session.post(f"{self._url}/{what}", json=question, timeout=TIMEOUT)
        reply.raise_for_status()
        return reply.json()


def scheduler_causes(environment: Mapping[str, str], now: datetime) -> list[Cause]:
    """Server down, runs without a process, runs that do not begin or end. Without a server to ask: none."""
    url = environment.get("PREFECT_API_URL")
    if not url:
        return []
    try:
        scheduler = Scheduler(url, environment.get("PREFECT_API_AUTH_STRING", ""))
        going = [
            cause
            for run in scheduler.runs(["RUNNING", "CANCELLING"])
            for cause in _going_wrong(scheduler, run, now)
        ]
        late = _late(scheduler.runs(["SCHEDULED", "PENDING"], before=now - LATE_AFTER))
        return [*going, *late, *_broken(scheduler, now)]
    except (requests.RequestException, ValueError, LookupError) as failure:
        return [Cause("server", "", "Prefect", f"{url}: {type(failure).__name__}")]


def _going_wrong(scheduler: Scheduler, run: Mapping[str, Any], now: datetime) -> list[Cause]:
    begun = datetime.fromisoformat(run["start_time"] or run["created"])
    subject = f"{run['name']} ({run['id'][:8]})"
    if now - begun > ZOMBIE_AFTER and not scheduler.gave_a_sign(run["id"], now - ZOMBIE_AFTER):
        return [Cause("zombie", "", subject, f"begun {begun:%Y-%m-%d %H:%M} UTC, no sign of life since")]
    if now - begun > LONGEST_RUN:
        return [Cause("stuck", "", subject, f"running since {begun:%Y-%m-%d %H:%M} UTC")]
    return []


def _broken(scheduler: Scheduler, now: datetime) -> list[Cause]:
    """Deployments whose last two scheduled runs of a day failed, or the only one: once is a hiccup."""
    newest: dict[str, list[dict[str, Any]]] = {}
    for run in scheduler.ended(now - LOOKED_BACK):
        newest.setdefault(run["deployment_id"], []).append(run)
    return [
        Cause("broken", "", scheduler.deployment(one), f"{run['name']}: {run['state_name']}")
        for one, (run, *others) in newest.items()
        if all(each["state_type"] in FAILED for each in [run, *others[:1]])
    ]


def _late(runs: Sequence[Mapping[str, Any]]) -> list[Cause]:
    """All late ones are one cause: whatever holds them up."""
    if not runs:
        return []
    first = min(runs, key=lambda run: str(run["expected_start_time"]))
    since = datetime.fromisoformat(first["expected_start_time"])
    return [
        Cause("stuck", "", "late runs", f"{len(runs)}, first {first['name']} of {since:%Y-%m-%d %H:%M} UTC")
    ]
