"""The embedded server starts once for many, stops after the last, and survives being killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import psutil
import psycopg
import pytest

from adflux_core.errors import ConfigurationError
from deployments.embedded_postgres import embedded_postgres, start_again

HOLD = """
import sys
from pathlib import Path
from deployments.embedded_postgres import embedded_postgres
with embedded_postgres(Path(sys.argv[1])) as url:
    print(url, flush=True)
    sys.stdin.read()
"""


def hold(home: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", HOLD, str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def postmaster(home: Path) -> int:
    return int((home / "postgres/data/postmaster.pid").read_text().splitlines()[0])


def test_the_last_one_out_stops_the_server(tmp_path: Path) -> None:
    with embedded_postgres(tmp_path) as url:
        with hold(tmp_path) as other:
            assert other.stdout is not None
            assert other.stdout.readline().strip() == url
        psycopg.connect(url).close()
    assert not (tmp_path / "postgres/data/postmaster.pid").exists()
    with pytest.raises(psycopg.OperationalError, match="refused"):
        psycopg.connect(url)


def test_a_killed_holder_does_not_keep_it_running_nor_lose_a_commit(tmp_path: Path) -> None:
    with hold(tmp_path) as other:
        assert other.stdout is not None
        url = other.stdout.readline().strip()
        with psycopg.connect(url) as client:
            client.execute("CREATE TABLE kept AS SELECT 1 AS n")
        other.kill()
    with embedded_postgres(tmp_path) as again:
        assert again == url
        pid = postmaster(tmp_path)
        os.kill(pid, signal.SIGKILL)
    with embedded_postgres(tmp_path) as url, psycopg.connect(url) as client:
        assert client.execute("SELECT n FROM kept").fetchone() == (1,)


def test_a_server_killed_again_and_again_while_it_starts_comes_back(tmp_path: Path) -> None:
    """Once more than the three tries at once that it used to have."""
    enough = Event()
    with embedded_postgres(tmp_path) as url, ThreadPoolExecutor(1) as beside:
        killed = beside.submit(kill_each_new_one, tmp_path, 4, enough)
        try:
            while not killed.done():
                start_again(tmp_path, url)
        finally:
            enough.set()
        assert killed.result() == 4
        start_again(tmp_path, url)
        psycopg.connect(url).close()


def kill_each_new_one(home: Path, times: int, enough: Event) -> int:
    """kill -9 of so many postmasters, each as soon as it is there; gives how many it came to."""
    killed: set[int] = set()
    while len(killed) < times and not enough.wait(0.001):
        try:
            pid = postmaster(home)
        except (OSError, IndexError, ValueError):
            continue
        if pid not in killed and psutil.pid_exists(pid):
            os.kill(pid, signal.SIGKILL)
            killed.add(pid)
    return len(killed)


def test_a_password_is_needed(tmp_path: Path) -> None:
    with embedded_postgres(tmp_path) as url:
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(url.replace(url.split(":")[2].split("@")[0], "guess"))
        assert (tmp_path / "postgres/password").stat().st_mode & 0o077 == 0


def test_a_home_that_is_a_file_is_one_clear_line(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.write_text("not a folder")
    with pytest.raises(ConfigurationError, match="ADFLUX_HOME"), embedded_postgres(home):
        pass
