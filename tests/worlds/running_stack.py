"""A running stack in processes of its own, as a person would start it, and the means to drive it."""

from __future__ import annotations

import json
import os
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psutil

from adflux_core.settings import Settings
from deployments.guard import marked

PROGRAM = Path(__file__).with_name("holding_stack.py")
# Each test process looks for free ports in a stretch of its own: two that look at once find the same.
STRETCH = 100 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))

# Loopback speaks no TLS, and to read the world's certificates costs each client 40 ms.
NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def eventually(condition: Callable[[], Any], patience: float = 60, *, pause: float = 0.05) -> Any:
    """What `condition` gives once it gives something; fails after `patience` seconds."""
    deadline = time.monotonic() + patience
    while not (found := condition()):
        assert time.monotonic() < deadline, f"not within {patience} s: {condition}"
        time.sleep(pause)
    return found


class Stack:
    """A supervisor in a process of its own. With `probes`, a folder, it has a sandbox and the deployments
    listed there; without, the shipped deployments and no sandbox.
    """

    def __init__(
        self,
        home: Path,
        prefect_port: int = 4240 + STRETCH,
        dashboard_port: int = 8540 + STRETCH,
        *,
        probes: Path | None = None,
    ) -> None:
        self.home = home
        self.probes = probes
        self.ports = (prefect_port, dashboard_port)
        self.told: list[dict[str, Any]] = []
        self.process: subprocess.Popen[str] | None = None

    def start(self, *, until: str | None = None, any_port: bool = True, **variables: str) -> None:
        """Begin, and read on until `until` begins; None: until everything is ready."""
        own = {name.upper() for name in Settings.model_fields}
        inherited = {name: value for name, value in os.environ.items() if name not in own}
        paths = ":".join(filter(None, [str(self.probes or ""), inherited.get("PYTHONPATH", "")]))
        if self.process is not None:
            self.process.communicate(timeout=1)  # it has ended; this lets go of its pipes
        self.told = []
        self.process = subprocess.Popen(
            [
                *(sys.executable, str(PROGRAM), str(self.home)),
                *map(str, self.ports),
                *("any" if any_port else "exactly", str(self.probes or "")),
            ],
            env={**inherited, "PYTHONPATH": paths, **variables},
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
            base_url=environment["PREFECT_API_URL"],
            auth=(user, password),
            trust_env=False,
            verify=NO_CERTIFICATES,
            timeout=120,
        ) as client:
            headers = {}
            if method != "GET":
                me = str(uuid4())
                token = client.get("/csrf-token", params={"client": me}).json()["token"]
                headers = {"Prefect-Csrf-Client": me, "Prefect-Csrf-Token": token}
            # On SQLite a busy server says 503 and means "again", as Prefect's own client takes it.
            answer = eventually(
                lambda: (
                    said
                    if (said := client.request(method, path, json=body, headers=headers)).status_code != 503
                    else None
                )
            )
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def begin(self, deployment: str, **parameters: Any) -> dict[str, Any]:
        """Start a deployment; its flow run as it was scheduled."""
        found = self.call("GET", f"/deployments/name/{deployment}")
        path = f"/deployments/{found['id']}/create_flow_run"
        begun: dict[str, Any] = self.call("POST", path, {"parameters": parameters})
        return begun

    def run(self, deployment: str, state: set[str], **parameters: Any) -> dict[str, Any]:
        """Start a deployment; its flow run once it is in one of these states."""
        run = self.begin(deployment, **parameters)

        def there() -> Any:
            now = self.call("GET", f"/flow_runs/{run['id']}")
            return now if now["state_type"] in state else None

        # A look is two requests and a client of its own: looking all the time slows down what is looked at.
        reached: dict[str, Any] = eventually(there, 120, pause=0.2)
        return reached
