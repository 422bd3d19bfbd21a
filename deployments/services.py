"""The supervisor of `adflux demo` and `adflux up`: starts all in order, watches it, stops all of it."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Self

import psutil

from adflux_core import database
from adflux_core.errors import AdfluxError
from adflux_core.settings import apply_environment, settings
from deployments import programs
from deployments.child import Child
from deployments.embedded_postgres import embedded_postgres, is_up, start_again
from deployments.guard import MARK, end_marked
from deployments.interrupts import Interrupts
from deployments.memory import proportional_bytes
from deployments.ports import port_for
from deployments.prefect_environment import client_side, prefect_environment
from deployments.running import Running, note, only_one

PATIENCE = 120.0  # for a first start on a slow, busy machine; a death is noticed at once
GRACE = 10.0
RESTARTS, WITHIN = 3, 600.0
Progress = Callable[[str, float | None], None]


class Services:
    """`with Services(home) as services:` inside the block all is up; after it, no process is left.

    `sandbox`: the options of `python -m sandbox`, to start one and use its accounts; None, to start none.
    `on_progress(stage, None)` is called when a stage begins, `on_progress(stage, seconds)` when it is done.
    Raises RefusedError when another one holds `home`, ConfigurationError when a port is taken and
    `any_port` is off, DatabaseUnavailableError when PostgreSQL does not answer, AdfluxError when a service
    dies. A signal ends the block with SystemExit(128 + signal). Main thread only; import Prefect inside the
    block, not before: it reads its environment once.
    """

    def __init__(
        self,
        home: Path,
        *,
        sandbox: Sequence[str] | None = None,
        prefect_port: int = 4200,
        dashboard_port: int = 8501,
        any_port: bool = False,
        prefect_yaml: Path | None = None,
        environment: Mapping[str, str] | None = None,
        on_progress: Progress = lambda _stage, _seconds: None,
    ) -> None:
        self.home = home.expanduser().resolve()
        self.urls: dict[str, str] = {}
        self.seconds: dict[str, float] = {}
        self.environment = dict(environment or {})
        self._sandbox = sandbox
        self._listed = prefect_yaml or programs.find_prefect_yaml()
        self._wanted = {"prefect": prefect_port, "dashboard": dashboard_port}
        self._any_port = any_port
        self._on_progress = on_progress
        self._children: dict[str, Child] = {}
        self._embedded: str | None = None  # the URL of the database we started
        self._deaths: dict[str, list[float]] = {}
        self._interrupts = Interrupts()
        self._exits = ExitStack()
        self._mark = f"{self.home}#{os.getpid()}-{secrets.token_hex(4)}"

    def __enter__(self) -> Self:
        self._exits.enter_context(self._interrupts.listening())
        with ExitStack() as unless_up:
            unless_up.callback(self._stop)
            with self._stage("ready"):
                self._start()
            unless_up.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def watch(self) -> None:
        """Block until a signal; start again what dies. Raises AdfluxError when one keeps dying."""
        while True:
            if self._embedded and not is_up(self.home):
                if self._keeps_dying("database"):
                    raise AdfluxError(f"the embedded PostgreSQL keeps dying; see {self.home}/postgres/log")
                with self._stage("database again"), self._interrupts.undisturbed():
                    start_again(self.home, self._embedded)
            for name, child in self._children.items():
                if child.alive:
                    continue
                # A new sandbox would be another world, without what was published in this one.
                if name == "sandbox" or self._keeps_dying(name):
                    child.ready()  # raises, with its last words
                with self._stage(f"{name} again"):
                    self._spawn(child)
                    child.wait_ready(PATIENCE)
                self._note()
            time.sleep(0.2)

    def _keeps_dying(self, name: str) -> bool:
        """Called once a death: whether there were too many of late."""
        self._deaths[name] = [at for at in self._deaths.get(name, []) if at > time.monotonic() - WITHIN]
        self._deaths[name].append(time.monotonic())
        return len(self._deaths[name]) > RESTARTS

    def memory(self) -> dict[str, int]:
        """Bytes of each service with all its processes, the supervisor's and the database's among them."""
        pids = {name: child.pid for name, child in self._children.items() if child.alive}
        return proportional_bytes(self.home, pids)

    def _start(self) -> None:
        self._exits.enter_context(only_one(self.home))
        end_marked(f"{self.home}#")  # what a guard that was itself killed could not end
        self._exits.callback(self._spawn_guard())
        ports = {name: port_for(name, port, any_port=self._any_port) for name, port in self._wanted.items()}
        self.urls = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
        prefect = prefect_environment(self.home, f"{self.urls['prefect']}/api")
        self.environment |= {"ADFLUX_HOME": str(self.home), **client_side(prefect)}
        self.environment.setdefault("ADFLUX_DASHBOARD_URL", self.urls["dashboard"])
        # The server takes longest to come up: it starts first, and the rest fits into its shadow.
        server = self._add(programs.server(self.home, ports["prefect"], {**self._for_a_child(), **prefect}))
        if self._sandbox is not None:
            self._start_sandbox(self._sandbox)
        with self._stage("database"):
            self._start_database()
        bootstrap = programs.bootstrap(self.home, self._listed, self._for_a_child())
        self._add(bootstrap, answers_on_stdout=True)
        dashboard = self._add(programs.dashboard(self.home, ports["dashboard"], self._for_a_child()))
        with self._stage("prefect"):
            server.wait_ready(PATIENCE)
        with self._stage("deployments"):
            bootstrap.wait_answer(PATIENCE)  # the pool is there, and empty of runs cut off earlier
            worker = self._add(programs.worker(self.home, self._for_a_child()))
            bootstrap.wait_done(PATIENCE)
            del self._children[bootstrap.name]
        with self._stage("dashboard"):
            dashboard.wait_ready(PATIENCE)
        with self._stage("worker"):
            worker.wait_ready(PATIENCE)
        apply_environment(self.environment)
        self._note()

    def _start_sandbox(self, options: Sequence[str]) -> None:
        with self._stage("sandbox"):
            child = programs.sandbox(self.home, options, self._for_a_child())
            self._add(child, answers_on_stdout=True)
            said: dict[str, str] = json.loads(child.wait_answer(PATIENCE))
        self.environment |= {name.upper(): value for name, value in said.items()}
        self.urls["sandbox"] = said["meta_graph_url"]
        self.environment["ADFLUX_TRUTH_URL"] = f"{said['meta_graph_url']}/_sandbox/truth"

    def _start_database(self) -> None:
        url = settings().adflux_database_url
        if url is None:
            with self._interrupts.undisturbed():
                embedded = self._exits.enter_context(embedded_postgres(self.home))
            self._embedded = self.environment["ADFLUX_DATABASE_URL"] = embedded
            apply_environment({"ADFLUX_DATABASE_URL": embedded})
            self._exits.callback(apply_environment, {"ADFLUX_DATABASE_URL": ""})
        database.migrate()
        self._exits.callback(database.engine().dispose)

    def _spawn_guard(self) -> Callable[[], None]:
        with self._interrupts.undisturbed():
            guard = subprocess.Popen(
                [sys.executable, "-m", "deployments.guard", str(self.home), self._mark, str(os.getpid())],
                stdin=subprocess.PIPE,
                cwd="/",
                start_new_session=True,
            )

        def release() -> None:
            assert guard.stdin is not None
            guard.stdin.close()
            guard.wait()

        return release

    def _add(self, child: Child, *, answers_on_stdout: bool = False) -> Child:
        self._children[child.name] = child
        self._spawn(child, answers_on_stdout=answers_on_stdout)
        return child

    def _spawn(self, child: Child, *, answers_on_stdout: bool = False) -> None:
        with self._interrupts.undisturbed():
            child.start(answers_on_stdout=answers_on_stdout)

    def _for_a_child(self) -> dict[str, str]:
        return {**programs.settings_environment(), **self.environment, MARK: self._mark}

    def _note(self) -> None:
        pids = {name: child.pid for name, child in self._children.items()}
        started = psutil.Process().create_time()
        note(self.home, Running(os.getpid(), started, self.urls, pids, self.environment))

    def _stop(self) -> None:
        self._interrupts.closed = True
        with self._stage("stopped"):
            # The worker first, while Prefect still answers it: its runs end with their state told.
            for child in self._children.values():
                if child.name in {"worker", "bootstrap"}:
                    child.stop(GRACE)
            for child in self._children.values():
                child.ask_to_stop()
            for child in self._children.values():
                child.stop(GRACE)
            end_marked(self._mark)
            self._exits.close()

    @contextmanager
    def _stage(self, name: str) -> Iterator[None]:
        self._on_progress(name, None)
        began = time.monotonic()
        yield
        self.seconds[name] = round(time.monotonic() - began, 2)
        self._on_progress(name, self.seconds[name])
