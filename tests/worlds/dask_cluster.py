"""A Dask cluster as a person starts it: the scheduler and its workers, each a process of its own."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path


@contextmanager
def dask_cluster(folder: Path, workers: int) -> Iterator[str]:
    """The scheduler's address; what was started ends with the block."""
    told = ("--scheduler-file", str(folder / "scheduler.json"), "--no-dashboard")  # workers wait for the file
    with ExitStack() as running:
        scheduler = _start(running, "scheduler", "--host", "127.0.0.1", "--port", "0", *told)
        for _ in range(workers):
            _start(running, "worker", "--nthreads", "1", "--no-nanny", *told)
        assert scheduler.stderr
        yield next(found[0] for line in scheduler.stderr if (found := re.search(r"tcp://127\S+", line)))


def _start(running: ExitStack, *words: str) -> subprocess.Popen[str]:
    started = running.enter_context(
        subprocess.Popen([sys.executable, "-m", "dask", *words], stderr=subprocess.PIPE, text=True)
    )
    running.callback(started.terminate)
    return started
