"""`adflux worker`: one more beside what runs, for all work or some; one line where there is none to join."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from adflux_core.settings import Settings


def begun(home: Path, *options: str, **variables: str) -> subprocess.Popen[str]:
    """As a script begins it with `&`, which ignores SIGINT."""
    own = {name.upper() for name in Settings.model_fields} | {"PREFECT_API_URL"}
    inherited = {name: value for name, value in os.environ.items() if name not in own}
    return subprocess.Popen(
        [
            "sh",
            "-c",
            'trap "" INT; exec "$0" worker "$@"',
            Path(sys.executable).with_name("adflux"),
            *options,
        ],
        env={**inherited, "ADFLUX_HOME": str(home), **variables},
        cwd=home,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize(
    ("options", "variables", "said"),
    [
        ([], {}, "PREFECT_API_URL is not set, and no AdFlux runs on this ADFLUX_HOME"),
        (["--queue", "sing"], {}, "'sing' is not one of 'publish', 'sync', 'compute'"),
        ([], {"PREFECT_API_URL": "http://127.0.0.1:1/api"}, "ADFLUX_DATABASE_URL is not set"),
    ],
)
def test_what_is_wrong_is_one_line(
    tmp_path: Path, options: list[str], variables: dict[str, str], said: str
) -> None:
    with begun(tmp_path, *options, **variables) as worker:
        _, told = worker.communicate(timeout=120)
    assert worker.returncode == 2
    assert said in told
    assert told.count("\n") == 1


@pytest.mark.whole
def test_it_joins_what_runs_here_and_serves_what_it_is_told(up: Any, eventually: Callable[..., Any]) -> None:
    with begun(up.home, "--queue", "publish", "--limit", "1") as worker:
        try:
            eventually(lambda: _polls(up, worker.pid), 120, pause=0.5)
            assert "--limit 1 --with-healthcheck --work-queue publish" in " ".join(
                psutil.Process(worker.pid).cmdline()
            )
        finally:
            worker.terminate()
            try:
                worker.communicate(timeout=60)
            finally:
                worker.kill()


def _polls(up: Any, pid: int) -> bool:
    there = up.call("POST", "/work_pools/adflux/workers/filter", {})
    return any(one["name"].endswith(f" {pid}") for one in there)
