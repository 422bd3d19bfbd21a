"""One running stack for every test here that needs one, and the means to drive and to look at it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psutil
import pytest

from adflux_core.settings import Settings
from deployments.guard import marked

PROBES = Path(__file__).parent / "probes"
CANARY = "EAAcanary0123456789"


def _eventually(condition: Callable[[], Any], patience: float = 60) -> Any:
    """What `condition` gives once it gives something; fails after `patience` seconds."""
    deadline = time.monotonic() + patience
    while not (found := condition()):
        assert time.monotonic() < deadline, f"not within {patience} s: {condition}"
        time.sleep(0.05)
    return found


class Stack:
    """A supervisor in a process of its own, as a person would start it."""

    def __init__(self, home: Path, prefect_port: int = 4240, dashboard_port: int = 8540) -> None:
        self.home = home
        self.ports = (prefect_port, dashboard_port)
        self.told: list[dict[str, Any]] = []
        self.process: subprocess.Popen[str] | None = None

    def start(self, *, until: str | None = None, any_port: bool = True, **variables: str) -> None:
        """Begin, and read on until `until` begins; None: until everything is ready."""
        own = {name.upper() for name in Settings.model_fields}
        inherited = {name: value for name, value in os.environ.items() if name not in own}
        if self.process is not None:
            self.process.communicate(timeout=1)  # it has ended; this lets go of its pipes
        self.told = []
        self.process = subprocess.Popen(
            [
                *(sys.executable, str(PROBES / "hold.py"), str(self.home)),
                *map(str, self.ports),
                "any" if any_port else "exactly",
            ],
            env={**inherited, "PYTHONPATH": f"{PROBES}:{inherited.get('PYTHONPATH', '')}", **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.told.append(json.loads(line))
            if self.told[-1]["stage"] == (until or "memory"):
                return

    def end(self, number: signal.Signals = signal.SIGTERM, *, patience: float = 60) -> tuple[int, str]:
        """Signal it; its exit code and what it said on stderr."""
        assert self.process is not None
        self.process.send_signal(number)
        _, said = self.process.communicate(timeout=patience)
        return self.process.returncode, said

    def wait(self) -> tuple[int, str]:
        """For one that ends by itself: its exit code and what it said on stderr."""
        assert self.process is not None
        _, said = self.process.communicate(timeout=60)
        return self.process.returncode, said

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def noted(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.home / "services.json").read_text())
        return found

    def left_behind(self) -> list[psutil.Process]:
        """Every live process of this home, the database's among them."""
        found = marked(f"{self.home}#")
        for process in psutil.process_iter():
            try:
                said = " ".join(process.cmdline())
            except psutil.Error:
                continue
            if f"{self.home}/postgres" in said or f"deployments.guard {self.home}" in said:
                found.append(process)
        return found

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Prefect's API, the way an honest client speaks to it."""
        environment = self.noted["environment"]
        user, password = environment["PREFECT_API_AUTH_STRING"].split(":")
        with httpx.Client(
            base_url=environment["PREFECT_API_URL"], auth=(user, password), trust_env=False, timeout=30
        ) as client:
            me = str(uuid4())
            token = client.get("/csrf-token", params={"client": me}).json()["token"]
            headers = {"Prefect-Csrf-Client": me, "Prefect-Csrf-Token": token}
            # On SQLite a busy server says 503 and means "again", as Prefect's own client takes it.
            answer = _eventually(
                lambda: (
                    said
                    if (said := client.request(method, path, json=body, headers=headers)).status_code != 503
                    else None
                )
            )
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def run(self, deployment: str, state: set[str], **parameters: Any) -> dict[str, Any]:
        """Start a deployment; its flow run once it is in one of these states."""
        found = self.call("GET", f"/deployments/name/{deployment}")
        run = self.call("POST", f"/deployments/{found['id']}/create_flow_run", {"parameters": parameters})

        def there() -> Any:
            now = self.call("GET", f"/flow_runs/{run['id']}")
            return now if now["state_type"] in state else None

        reached: dict[str, Any] = _eventually(there)
        return reached


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The one stack, not necessarily up."""
    one = Stack(tmp_path_factory.mktemp("stack") / "a home")
    yield one
    if one.process is not None:
        one.end()


@pytest.fixture
def up(stack: Stack) -> Stack:
    """The one stack, up; started only when no test before left it so."""
    if not stack.alive:
        stack.start(META_ACCESS_TOKEN=CANARY)
        assert stack.alive, stack.wait()[1]
    return stack


@pytest.fixture
def eventually() -> Callable[..., Any]:
    return _eventually
