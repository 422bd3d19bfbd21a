"""Flow runs in a process of their own, arranged as the command arranges it, so that they can fail at leisure.

What is written of them stays: `home/prefect/prefect.db`, and what the process said.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from adflux_core.settings import child_environment
from deployments.prefect_environment import prefect_environment

ROOT = Path(__file__).parents[2]
DRIVER = """
import json, sys
from importlib import import_module
from prefect import Task

def patience_is_not_what_is_tried():
    for name in [name for name in sys.modules if name.startswith("tasks.")]:
        for one in vars(sys.modules[name]).values():
            if isinstance(one, Task):
                one.retry_delay_seconds = [0.0] * (one.retries or 0)

for line in sys.stdin:
    asked = json.loads(line)
    flow = getattr(import_module(f"flows.{asked['flow']}"), asked["flow"])
    patience_is_not_what_is_tried()
    try:
        flow(**asked["given"])
        ended = ["", ""]
    except Exception as failure:
        ended = [type(failure).__name__, str(failure)]
    print(json.dumps(ended), flush=True)

from prefect.events.worker import EventsWorker
from prefect.logging.handlers import APILogWorker
EventsWorker.drain_all(timeout=60)
APILogWorker.drain_all(timeout=60)
"""


class FailingRuns:
    """`with FailingRuns(home, settings) as runs: runs.run("sync_metrics")`; then all can be read."""

    def __init__(self, home: Path, settings: dict[str, str]) -> None:
        self.database = home / "prefect" / "prefect.db"
        self.said = ""
        environment = child_environment(prefect_environment(home)) | settings | {"ADFLUX_HOME": str(home)}
        self._log = (home / "said.log").open("w+")
        self._process = subprocess.Popen(
            [sys.executable, "-c", DRIVER],
            env=environment | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            cwd=home,
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            os.killpg(self._process.pid, signal.SIGKILL)  # Prefect's server among them
        self._process.communicate()
        self.said = self._said()
        self._log.close()

    def run(self, flow: str, **given: Any) -> tuple[str, str]:
        """The kind of its failure and its words; empty when it did not fail."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"flow": flow, "given": given}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, self._said()
        kind, words = json.loads(line)
        return kind, words

    def _said(self) -> str:
        self._log.seek(0)
        return self._log.read()

    def kept(self) -> str:
        """All that Prefect keeps: every cell of every table."""
        with sqlite3.connect(self.database) as connected:
            tables = connected.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            return "\n".join(
                str(row)
                for (name,) in tables
                for row in connected.execute(f'SELECT * FROM "{name}"')  # noqa: S608 - Prefect's own names
            )
