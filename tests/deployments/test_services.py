"""The supervisor: everything up, everything watched, and nothing left however it ends."""

from __future__ import annotations

import os
import signal
import socket
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import psutil
import psycopg
import pytest

pytestmark = pytest.mark.whole


def test_everything_answers_and_the_note_says_where(up: Any) -> None:
    urls = up.noted["urls"]
    assert httpx.get(f"{urls['prefect']}/api/health", trust_env=False).json() is True
    assert httpx.get(f"{urls['dashboard']}/_stcore/health", trust_env=False).text == "ok"
    assert urlsplit(urls["sandbox"]).hostname == "127.0.0.1"
    assert up.call("GET", "/admin/version").startswith("3.8")
    assert (up.home / "services.json").stat().st_mode & 0o077 == 0
    memory = next(line["bytes"] for line in up.told if line["stage"] == "memory")
    assert {"supervisor", "database", "prefect", "worker", "dashboard", "sandbox"} <= set(memory)
    assert 100e6 < sum(memory.values()) < 1e9


def test_prefect_is_closed_to_strangers(up: Any) -> None:
    environment = up.noted["environment"]
    api = environment["PREFECT_API_URL"]
    user, password = environment["PREFECT_API_AUTH_STRING"].split(":")
    assert httpx.get(f"{api}/admin/version", trust_env=False).status_code == 401
    known = httpx.Client(auth=(user, password), trust_env=False)
    assert known.post(f"{api}/flows/filter", json={}).status_code == 403, "no CSRF token, no change"
    foreign = known.get(f"{api}/admin/version", headers={"Origin": "http://elsewhere.example"})
    assert "access-control-allow-origin" not in foreign.headers
    known.close()


def test_only_loopback_listens(up: Any) -> None:
    pids = set(up.noted["pids"].values())
    listening = {
        found.laddr.ip
        for pid in pids
        for found in psutil.Process(pid).net_connections("inet")
        if found.status == psutil.CONN_LISTEN
    }
    # gRPC listens by IPv6, on the address of IPv4 as it is written there.
    assert {one.removeprefix("::ffff:") for one in listening} == {"127.0.0.1"}


def test_only_the_worker_holds_the_platform_s_token(up: Any) -> None:
    pids = up.noted["pids"]
    holders = {name for name, pid in pids.items() if psutil.Process(pid).environ().get("META_ACCESS_TOKEN")}
    assert holders == {"worker"}


def test_the_worker_keeps_its_files_at_home(up: Any, eventually: Any) -> None:
    """In /tmp, another user's folder of the same name would stop it from starting."""
    assert psutil.Process(up.noted["pids"]["worker"]).environ()["TMPDIR"] == str(up.home / "tmp")
    eventually((up.home / "tmp" / "runner_storage").is_dir)


def test_a_second_one_on_the_same_home_is_refused(up: Any) -> None:
    second = type(up)(up.home)
    second.start()
    code, said = second.wait()
    assert code == 2
    assert said.count("\n") == 1
    assert str(up.process.pid) in said
    assert up.noted["urls"]["dashboard"] in said
    assert up.alive


def test_a_port_in_use_is_named_or_passed_over(up: Any, tmp_path: Path) -> None:
    strict = type(up)(tmp_path, *up.ports)
    strict.start(any_port=False)
    code, said = strict.wait()
    assert code == 2
    assert said.startswith(f"port {up.ports[0]} for prefect is in use")
    other = type(up)(tmp_path, *up.ports)
    other.start(until="prefect")
    assert strict.left_behind()
    other.end()
    assert not strict.left_behind()


def test_a_killed_worker_comes_back(up: Any, eventually: Any) -> None:
    before = up.noted["pids"]
    os.kill(before["worker"], signal.SIGKILL)
    after = eventually(lambda: (now := up.noted["pids"])["worker"] != before["worker"] and now)
    assert {name for name in before if before[name] != after[name]} == {"worker"}
    assert psutil.pid_exists(after["worker"])


def test_a_database_that_was_told_to_stop_comes_back_where_it_was(up: Any, eventually: Any) -> None:
    """SIGTERM alone would leave it waiting for its last user, with nobody new let in."""
    url, note = up.noted["environment"]["ADFLUX_DATABASE_URL"], up.home / "postgres/data/postmaster.pid"
    before = note.read_text().splitlines()[0]
    with psycopg.connect(url) as user:
        os.kill(int(before), signal.SIGTERM)

        def back() -> bool:
            try:
                psycopg.connect(url, connect_timeout=5).close()
            except psycopg.OperationalError:
                return False
            return bool(note.read_text().splitlines()[0] != before)

        assert eventually(back, 150)
        user.close()


def test_kill_9_leaves_no_process_and_no_run_that_never_ends(up: Any, eventually: Any) -> None:
    cut_off = up.run("linger/once", {"RUNNING"})
    up.end(signal.SIGKILL)
    eventually(lambda: not up.left_behind(), 20)
    assert not (up.home / "services.json").exists()
    up.start()
    assert up.call("GET", f"/flow_runs/{cut_off['id']}")["state_type"] == "CRASHED"
    # The slot it held is free again: the next one runs.
    assert up.run("linger/once", {"RUNNING", "COMPLETED"}, seconds=0)


def test_stopping_ends_the_run_going_on(up: Any) -> None:
    up.run("linger/once", {"RUNNING"})
    code, said = up.end(signal.SIGTERM)
    assert code == 128 + signal.SIGTERM
    assert said == ""
    assert not up.left_behind()


def test_a_database_that_is_down_is_one_line(stack: Any, tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"postgresql://me:secret@127.0.0.1:{unused.getsockname()[1]}/mine"
        other = type(stack)(tmp_path)
        other.start(ADFLUX_DATABASE_URL=url)
        code, said = other.wait()
    assert code == 1
    assert said.count("\n") == 1
    assert "refused" in said
    assert "secret" not in said
    assert not other.left_behind()
