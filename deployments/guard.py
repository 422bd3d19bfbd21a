"""The guard: waits for the supervisor to be gone, however it went, and ends what it left behind.

Started by services.py as `python -m deployments.guard HOME MARK PID` with a pipe as its stdin. The pipe
closes when the supervisor ends, even by kill -9. Every process of the stack carries MARK in its
environment, so a flow run in a session of its own, or one whose worker died first, is found too.
"""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path

import psutil

from deployments.running import forget

MARK = "ADFLUX_STACK"


def marked(mark: str) -> list[psutil.Process]:
    """The live processes whose environment carries exactly this mark, or one of this home ("…#")."""
    found = []
    for process in psutil.process_iter():
        try:
            carried = process.environ().get(MARK, "")
            if process.status() == psutil.STATUS_ZOMBIE:
                continue
        except (psutil.Error, OSError):  # someone else's, or gone while we looked
            continue
        if carried == mark or (mark.endswith("#") and carried.startswith(mark)):
            found.append(process)
    return found


def end_marked(mark: str, patience: float = 10.0) -> None:
    """Kill them until none is left: one may start another while we look."""
    deadline = time.monotonic() + patience
    while (left := marked(mark)) and time.monotonic() < deadline:
        for process in left:
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue
        psutil.wait_procs(left, timeout=1)


def main() -> None:
    home, mark, pid = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    sys.stdin.buffer.read()
    end_marked(mark)
    forget(home, pid)
    if (home / "postgres" / "data" / "postmaster.pid").exists():
        from deployments.embedded_postgres import embedded_postgres

        with embedded_postgres(home):
            pass  # leaving as its last user is what stops it


if __name__ == "__main__":
    main()
