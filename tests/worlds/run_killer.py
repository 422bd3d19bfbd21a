"""Once in every stretch of time, at a random moment, SIGKILL for a process in which a flow run goes on."""

from __future__ import annotations

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self

import psutil
from running_stack import Stack

ENDED = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}


class RunKiller:
    """`with RunKiller(stack, seconds, seed) as killer:` kills go on until the block ends.

    `ended_after`: seconds from each kill until Prefect called the run ended. Leaving the block raises what
    ended the killing.
    """

    def __init__(self, stack: Stack, every: float, seed: int) -> None:
        self.ended_after: list[float] = []
        self._stack, self._every = stack, every
        self._dice = random.Random(seed)  # noqa: S311
        self._killed: dict[str, float] = {}
        self._over = threading.Event()
        self._killing = ThreadPoolExecutor(1)

    def __enter__(self) -> Self:
        self._going = self._killing.submit(self._go_on)
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._killing.shutdown()
        self._going.result()

    @property
    def kills(self) -> int:
        return len(self.ended_after) + len(self._killed)

    def _go_on(self) -> None:
        while not self._over.is_set():
            moment = self._dice.uniform(0, self._every)
            self._watch_for(moment)
            self._kill_one()
            self._watch_for(self._every - moment)

    def _watch_for(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self._over.is_set() and time.monotonic() < until:
            self.note_the_ended()
            self._over.wait(min(1.0, max(0.0, until - time.monotonic())))

    def note_the_ended(self) -> None:
        for run_id, at in list(self._killed.items()):
            if self._stack.call("GET", f"/flow_runs/{run_id}")["state_type"] in ENDED:
                self.ended_after.append(time.monotonic() - at)
                del self._killed[run_id]

    def oldest_zombie(self) -> float:
        """Seconds since the first of those that were killed and are not ended yet."""
        return max((time.monotonic() - at for at in self._killed.values()), default=0.0)

    def _kill_one(self) -> None:
        """The next that is there."""
        while not self._over.is_set() and not self._killed_one():
            self._watch_for(0.2)

    def _killed_one(self) -> bool:
        going = going_on(self._stack)
        if going:
            run_id = self._dice.choice(sorted(going))
            going[run_id].kill()
            self._killed[run_id] = time.monotonic()
        return bool(going)


def going_on(stack: Stack) -> dict[str, psutil.Process]:
    """By its run's id, each process that the worker has under way."""
    worker = psutil.Process(stack.noted["pids"]["worker"])
    return {run_id: child for child in worker.children(recursive=True) if (run_id := _run_of(child))}


def _run_of(process: psutil.Process) -> Any:
    try:
        return process.environ().get("PREFECT__FLOW_RUN_ID")
    except psutil.Error:
        return None
