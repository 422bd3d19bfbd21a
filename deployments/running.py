"""One AdFlux per ADFLUX_HOME: the lock that keeps it so, and the note others read to find the running one."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psutil

from adflux_core.errors import RefusedError
from deployments.prefect_environment import private_folder


@dataclass(frozen=True)
class Running:
    """What is up. `environment` is what a command beside it needs to reach the same database and Prefect."""

    pid: int
    started: float
    urls: dict[str, str]
    pids: dict[str, int] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Hold ADFLUX_HOME for this process. Raises RefusedError naming who holds it."""
    private_folder(home)
    with (home / "lock").open("a+") as lock:
        try:
            # The kernel drops it with its holder, however that one died.
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RefusedError(_who_holds(home)) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def running(home: Path) -> Running | None:
    """The AdFlux that is up on `home`, if one is."""
    try:
        noted = Running(**json.loads((home / "services.json").read_text()))
        if psutil.Process(noted.pid).create_time() != noted.started:
            return None
    except (OSError, ValueError, TypeError, psutil.NoSuchProcess):
        return None
    return noted


def note(home: Path, found: Running) -> None:
    """Write services.json, whole or not at all, for its owner alone: it holds Prefect's password."""
    staging = home / f"services-{secrets.token_hex(4)}"
    staging.touch(mode=0o600, exist_ok=False)
    staging.write_text(json.dumps(asdict(found), indent=2))
    staging.replace(home / "services.json")


def forget(home: Path, pid: int) -> None:
    """Remove the note of `pid`, and only that one's."""
    path = home / "services.json"
    try:
        mine = json.loads(path.read_text())["pid"] == pid
    except (OSError, ValueError, KeyError):
        return
    if mine:
        path.unlink(missing_ok=True)


def _who_holds(home: Path) -> str:
    found = running(home)
    pid = (home / "lock").read_text() or "unknown"
    where = ", ".join(f"{name} {url}" for name, url in found.urls.items()) if found else "it is starting"
    return (
        f"AdFlux is already running on ADFLUX_HOME {home} (pid {pid}): {where}; "
        "stop it there, or set another ADFLUX_HOME"
    )
