"""What is kept no longer than promised goes by itself, through the real stack; what is promised stays."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from candidate_base import fill_base

from deployments import programs
from deployments.ports import free_port
from deployments.prefect_environment import prefect_environment
from deployments.scheduler_health import Scheduler

pytestmark = pytest.mark.whole
DROP = "drop-expired/monthly"
# By external id: until when they may be kept, in days from now.
KEPT_FOR = {0: -400, 1: -2, 2: 2, 3: 400}
SOURCE = "world"  # as `fill_base` names it
PAGES = """
    WITH slice AS (
        INSERT INTO adflux.metrics_slice (platform, account_id, since, until, pages, rows_read, rows_changed,
                                          rows_deleted, spend, currency, complete, read_at)
        VALUES ('meta', 'act_kept', '2026-01-01', '2026-01-01', 3, 0, 0, 0, 0, 'COP', false, now())
        RETURNING id
    )
    INSERT INTO adflux.metrics_page (slice_id, place, question, read_at, size, sha256, body)
    SELECT id, age, 'ad', now() - make_interval(days => age), 1, '', ''
    FROM slice, unnest(ARRAY[1, 89, 91, 500]) AS age"""
LEFT_CANDIDATES = f"SELECT external_id::int FROM adflux.candidate WHERE source = '{SOURCE}' ORDER BY 1"  # noqa: S608
LEFT_PAGES = """
    SELECT place FROM adflux.metrics_page JOIN adflux.metrics_slice ON id = slice_id
    WHERE account_id = 'act_kept' ORDER BY 1"""


@pytest.fixture
def store(up: Any) -> Iterator[psycopg.Connection[Any]]:
    """The stack's database with people and replies of every age in it, who are gone afterwards."""
    url = up.noted["environment"]["ADFLUX_DATABASE_URL"]
    fill_base(url, len(KEPT_FOR))
    with psycopg.connect(url, autocommit=True) as connected:
        for external_id, days in KEPT_FOR.items():
            until = date.today() + timedelta(days)  # noqa: DTZ011
            connected.execute(
                "UPDATE adflux.candidate SET consented_on = %s - 10, retain_until = %s "
                "WHERE source = %s AND external_id = %s",
                [until, until, SOURCE, str(external_id)],
            )
        connected.execute(PAGES)
        yield connected
        connected.execute("DELETE FROM adflux.candidate WHERE source = %s", [SOURCE])
        connected.execute(
            "DELETE FROM adflux.metrics_page WHERE slice_id IN "
            "(SELECT id FROM adflux.metrics_slice WHERE account_id = 'act_kept')"
        )
        connected.execute("DELETE FROM adflux.metrics_slice WHERE account_id = 'act_kept'")


def test_a_scheduled_run_drops_what_is_past_its_day_and_nothing_else(
    up: Any, store: psycopg.Connection[Any], eventually: Callable[..., Any]
) -> None:
    deployment = up.call("GET", f"/deployments/name/{DROP}")
    # Prefect's scheduler decides when, as for every other schedule.
    soon = {"schedule": {"interval": 20}, "active": True}
    (schedule,) = up.call("POST", f"/deployments/{deployment['id']}/schedules", [soon])

    def ended() -> Any:
        asked = {
            "flow_runs": {
                "deployment_id": {"any_": [deployment["id"]]},
                "state": {"type": {"any_": ["COMPLETED", "FAILED", "CRASHED"]}},
            }
        }
        return up.call("POST", "/flow_runs/filter", asked)

    run, *_ = eventually(ended, 180, pause=0.5)
    up.call("DELETE", f"/deployments/{deployment['id']}/schedules/{schedule['id']}")
    assert (run["state_type"], run["auto_scheduled"]) == ("COMPLETED", True)
    assert [one for (one,) in store.execute(LEFT_CANDIDATES)] == [2, 3]
    assert [one for (one,) in store.execute(LEFT_PAGES)] == [1, 89]


def test_prefect_drops_its_runs_with_their_logs_after_ninety_days(
    tmp_path: Path, eventually: Callable[..., Any]
) -> None:
    port = free_port()
    environment = prefect_environment(tmp_path, f"http://127.0.0.1:{port}/api")
    often = {"PREFECT_SERVER_SERVICES_DB_VACUUM_LOOP_SECONDS": "1"}  # not to wait for an hour
    server = programs.server(tmp_path, port, environment | often)
    server.start()
    try:
        server.wait_ready(180)
        prefect = Scheduler(environment["PREFECT_API_URL"], environment["PREFECT_API_AUTH_STRING"])
        flow = prefect.post("flows/", {"name": "sync-metrics"})["id"]
        runs = {
            age: prefect.post("flow_runs/", {"flow_id": flow, "name": str(age)})["id"] for age in (89, 91)
        }
        for age, run_id in runs.items():
            prefect.post(f"flow_runs/{run_id}/set_state", {"state": {"type": "COMPLETED"}, "force": True})
            line = {"name": "x", "level": 20, "message": f"said {age} days ago", "flow_run_id": run_id}
            prefect.post("logs/", [{**line, "timestamp": datetime.now(UTC).isoformat()}])
            with sqlite3.connect(tmp_path / "prefect" / "prefect.db", timeout=30) as kept:
                aged = "strftime('%Y-%m-%d %H:%M:%f000', 'now', ?)"
                kept.execute(f"UPDATE flow_run SET end_time = {aged} WHERE id = ?", [f"-{age} days", run_id])  # noqa: S608
            kept.close()
        eventually(
            lambda: [one["name"] for one in prefect.post("flow_runs/filter", {})] == ["89"], 90, pause=0.5
        )
        eventually(lambda: len(prefect.post("logs/filter", {})) == 1, 60, pause=0.5)
        assert [one["message"] for one in prefect.post("logs/filter", {})] == ["said 89 days ago"]
    finally:
        server.stop(20)
