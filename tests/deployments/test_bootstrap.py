"""What prefect.yaml says is what Prefect holds: all of it, once, however often it is said."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from adflux_core.errors import ConfigurationError
from deployments.prefect_yaml import read_deployments
from deployments.programs import POOL, QUEUES, find_prefect_yaml

PROBES = Path(__file__).parent / "probes"
ONE = "name: a, entrypoint: x.y, work_pool: {name: p}"
REFUSED = {
    "deployments: [{name: a}]": "deployments.0.entrypoint: Field required",
    f"deployments: [{{{ONE}, sla: 1}}]": "deployments.0.sla: Extra inputs",
    f"deployments: [{{{ONE}, schedules: [{{slug: s}}]}}]": "schedule s: give",
    f"deployments: [{{{ONE}, schedules: [{{slug: s, cron: 9 9}}]}}]": "cron",
    "pull: [{git_clone: {}}]\ndeployments: []": "pull",
    "deployments: [": "while parsing",
}


def bootstrap(stack: Any, listed: Path, *options: str) -> subprocess.Popen[str]:
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(PROBES), **stack.noted["environment"]}
    return subprocess.Popen(
        [sys.executable, "-m", "deployments.bootstrap", "--file", str(listed), *options],
        env=environment,
        cwd=stack.home,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def done(process: subprocess.Popen[str]) -> str:
    _, said = process.communicate(timeout=60)
    return f"{process.returncode} {said}".strip()


@pytest.mark.whole
def test_every_word_of_the_list_lands(up: Any) -> None:
    greet = up.call("GET", "/deployments/name/greet/nightly")
    assert greet["description"] == "Greets at night."
    assert greet["tags"] == ["probe"]
    assert greet["parameters"] == {"name": "Ana"}
    assert greet["enforce_parameter_schema"] is True
    schema = greet["parameter_openapi_schema"]["properties"]
    assert schema["tone"]["enum"] == ["warm", "dry"]
    assert schema["tone"]["description"] == "How to say it."
    assert greet["work_pool_name"] == "adflux"
    assert greet["global_concurrency_limit"]["limit"] == 1
    assert greet["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"
    night = next(schedule for schedule in greet["schedules"] if schedule["slug"] == "night")
    assert night["schedule"]["cron"] == "0 3 * * *"
    assert night["schedule"]["timezone"] == "America/Bogota"
    assert night["parameters"] == {"tone": "dry"}
    assert up.call("GET", "/deployments/name/linger/once")["description"] == "Stay for a while."
    assert up.call("GET", "/work_pools/adflux")["type"] == "process"


@pytest.mark.whole
def test_each_kind_of_work_has_its_queue_and_only_workers_have_limits(up: Any) -> None:
    queues = up.call("POST", f"/work_pools/{POOL}/queues/filter", {})
    asked = {one["name"]: one["priority"] for one in queues if one["name"] in QUEUES}
    assert sorted(asked, key=lambda name: asked[name]) == list(QUEUES)
    assert {one["concurrency_limit"] for one in queues} == {None}
    assert up.call("GET", f"/work_pools/{POOL}")["concurrency_limit"] is None
    assert up.call("GET", "/deployments/name/sync-metrics/night")["work_queue_name"] == "sync"


def test_every_deployment_is_in_a_queue_that_a_worker_can_be_told_to_serve() -> None:
    shipped = read_deployments(find_prefect_yaml())
    assert {one.work_pool.work_queue_name for one in shipped} == set(QUEUES)


@pytest.mark.whole
def test_a_schedule_makes_runs(up: Any, eventually: Any) -> None:
    # Without deployments/prefect_server.py the scheduler fails at every round and nobody is told.
    asked = {
        "deployments": {"name": {"any_": ["nightly"]}},
        "flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}},
    }
    runs = eventually(lambda: up.call("POST", "/flow_runs/filter", asked))
    assert {"name": "Ana", "tone": "dry"} in [run["parameters"] for run in runs]


@pytest.mark.whole
def test_twice_and_at_once_leaves_no_duplicate_and_what_is_gone_goes(up: Any, tmp_path: Path) -> None:
    before = up.call("POST", "/deployments/filter", {})
    night = next(found for found in before if found["name"] == "nightly")
    chosen = next(schedule["id"] for schedule in night["schedules"] if schedule["slug"] == "night")
    up.call("PATCH", f"/deployments/{night['id']}/schedules/{chosen}", {"active": False})
    listed = tmp_path / "prefect.yaml"
    said = (PROBES / "prefect.yaml").read_text().replace("      - {slug: often, interval: 86400}\n", "")
    said = said.replace("Greets at night.", "Greets later.")
    listed.write_text("".join(line for line in said.splitlines(keepends=True) if "linger" not in line))
    assert [done(each) for each in [bootstrap(up, listed), bootstrap(up, listed)]] == ["0", "0"]
    after = up.call("POST", "/deployments/filter", {})
    assert {found["id"] for found in after} < {found["id"] for found in before}
    assert {found["name"] for found in after} == {"every-hour", "monthly", "night", "nightly", "once"}
    assert len(after) == len(before) - 1
    changed = next(found for found in after if found["name"] == "nightly")
    assert changed["description"] == "Greets later."
    assert [(one["id"], one["active"]) for one in changed["schedules"]] == [(chosen, False)]
    assert len(up.call("POST", "/automations/filter", {})) == 1
    assert done(bootstrap(up, PROBES / "prefect.yaml")) == "0"
    assert len(up.call("POST", "/deployments/filter", {})) == len(before)


@pytest.mark.whole
def test_a_silent_run_is_called_crashed_within_90_seconds(up: Any) -> None:
    (automation,) = up.call("POST", "/automations/filter", {})
    trigger = automation["trigger"]
    heartbeat = "prefect.flow-run.heartbeat"
    ends = {"Completed", "Failed", "Cancelled", "Crashed", "Paused", "Suspended"}
    assert trigger["after"] == [heartbeat]
    assert set(trigger["expect"]) == {heartbeat, *(f"prefect.flow-run.{end}" for end in ends)}
    assert trigger["posture"] == "Proactive"
    assert trigger["within"] < 90
    (action,) = automation["actions"]
    assert (action["type"], action["state"]) == ("change-flow-run-state", "CRASHED")


@pytest.mark.parametrize("text", REFUSED)
def test_what_cannot_be_carried_out_is_refused_in_one_line(text: str, tmp_path: Path) -> None:
    listed = tmp_path / "prefect.yaml"
    listed.write_text(text)
    with pytest.raises(ConfigurationError) as refused:
        read_deployments(listed)
    assert str(refused.value).startswith(f"{listed}: ")
    assert REFUSED[text] in str(refused.value)
    assert "\n" not in str(refused.value)


def test_the_list_of_this_checkout_can_be_read() -> None:
    assert {found.work_pool.name for found in read_deployments(find_prefect_yaml())} == {POOL}
