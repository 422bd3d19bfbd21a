"""One process of the stack: started in a session of its own, asked whether it answers, surely stopped."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from adflux_core.errors import AdfluxError, ConfigurationError
from adflux_core.settings import child_environment
from deployments.prefect_environment import private_folder

POLL = 0.05


class Child:
    """`health` is a port and a path on loopback that answer 200 once it serves."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        home: Path,
        environment: Mapping[str, str],
        health: tuple[int, str] | None = None,
    ) -> None:
        self.name = name
        self.command = [*command]
        self.environment = environment
        self.health = health
        self.log = home / "logs" / f"{name}.log"
        self.answer = home / "logs" / f"{name}.json"
        # Not the folder AdFlux was started from: no `.env` or `prefect.toml` there speaks to a child.
        self.folder = private_folder(home / "prefect")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self, *, answers_on_stdout: bool = False) -> None:
        private_folder(self.log.parent)
        if self.log.exists():
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log, self.answer.open("wb") if answers_on_stdout else log as stdout:
            self._process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=log,
                cwd=self.folder,
                env=child_environment(self.environment),
                start_new_session=True,
            )

    def ready(self) -> bool:
        """Whether it serves. Raises AdfluxError when it has died instead."""
        if not self.alive:
            raise AdfluxError(self._last_words())
        if self.health is None:
            return True
        port, path = self.health
        call = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            call.request("GET", path)
            return call.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            call.close()

    def wait_ready(self, patience: float) -> None:
        """Raises AdfluxError when it dies first or takes longer than `patience` seconds."""
        deadline = time.monotonic() + patience
        while not self.ready():
            self._give_up_after(deadline, patience)
            time.sleep(POLL)

    def wait_answer(self, patience: float) -> str:
        """The first line it prints on stdout. Raises as `wait_ready` does."""
        deadline = time.monotonic() + patience
        while not (said := self.answer.read_text()).endswith("\n"):
            if not self.alive:
                raise AdfluxError(self._last_words())
            self._give_up_after(deadline, patience)
            time.sleep(POLL)
        return said.splitlines()[0]

    def wait_done(self, patience: float) -> None:
        """Until it has ended well. Raises AdfluxError when it failed or takes too long."""
        deadline = time.monotonic() + patience
        while self.alive:
            self._give_up_after(deadline, patience)
            time.sleep(POLL)
        assert self._process is not None
        if self._process.returncode != 0:
            words = self._last_words()
            raise ConfigurationError(words) if self._process.returncode == 2 else AdfluxError(words)

    def ask_to_stop(self) -> None:
        self._signal(signal.SIGTERM)

    def stop(self, grace: float) -> None:
        """Ask, wait `grace` seconds, then kill it with everything in its process group."""
        if self._process is None:
            return
        self.ask_to_stop()
        try:
            self._process.wait(grace)
        except subprocess.TimeoutExpired:
            pass
        finally:
            self._signal(signal.SIGKILL, group=True)
            self._process.wait()

    def _signal(self, number: signal.Signals, *, group: bool = False) -> None:
        try:
            if group:
                os.killpg(self.pid, number)
            elif self.alive:
                os.kill(self.pid, number)
        except ProcessLookupError:
            return

    def _give_up_after(self, deadline: float, patience: float) -> None:
        if time.monotonic() > deadline:
            raise AdfluxError(
                f"{self.name} did not answer within {patience:.0f} s{self._quoted()}; see {self.log}"
            )

    def _last_words(self) -> str:
        code = self._process.poll() if self._process else None
        return f"{self.name} stopped with exit code {code}{self._quoted()}; see {self.log}"

    def _quoted(self) -> str:
        lines = [line.strip() for line in self.log.read_text(errors="replace").splitlines() if line.strip()]
        return f": {lines[-1]}" if lines else ""
