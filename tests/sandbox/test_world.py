"""Starting, stopping, time and the control surface, in a thread and as a process."""

import json
import signal
import socket
import subprocess
import sys
import threading
from datetime import date
from typing import Any

import pytest
import requests

from sandbox.server import Sandbox


def test_two_worlds_share_nothing(make_client: Any) -> None:
    with Sandbox(today=date(2026, 10, 1), seed=1) as one, Sandbox(today=date(2027, 1, 1), seed=2) as two:
        first, second = make_client(one), make_client(two)
        first.campaign()
        first.fault("plain_500", times=9)
        assert second.get("act/campaigns")["data"] == []
        assert one.meta_ad_account_id != two.meta_ad_account_id
        assert one.meta_access_token != two.meta_access_token
        assert one.clock.today != two.clock.today


def test_many_at_once(world: Sandbox, make_client: Any) -> None:
    made: list[str] = []

    def create() -> None:
        client = make_client(world)
        made.extend(client.campaign() for _ in range(25))

    threads = [threading.Thread(target=create) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 100
    assert len(world.control("GET", "calls")["calls"]) == 100


def test_stopping_lets_go_of_open_connections_and_threads() -> None:
    before = threading.active_count()
    with Sandbox() as world:
        idle = socket.create_connection(("127.0.0.1", world.server_address[1]))
        world.faults.add({"kind": "delay", "seconds": 60})
        waiting = threading.Thread(target=_ask, args=(world.meta_graph_url,))
        waiting.start()
        while not world.control("GET", "calls")["calls"]:
            waiting.join(0.01)
    waiting.join()
    assert idle.recv(1) == b""
    idle.close()
    assert threading.active_count() == before


def _ask(url: str) -> None:
    with requests.Session() as session:
        session.trust_env = False
        try:
            session.get(f"{url}/v26.0/me", timeout=10)
        except requests.ConnectionError:
            return


@pytest.mark.parametrize(
    ("body", "now"),
    [
        ({"today": "2026-10-05"}, "2026-10-05T09:00:00-05:00"),
        ({"advance_days": 31}, "2026-11-01T09:00:00-05:00"),
        ({"advance_seconds": 54_000}, "2026-10-02T00:00:00-05:00"),
        ({"advance_days": 0}, "2026-10-01T09:00:00-05:00"),
    ],
    ids=str,
)
def test_the_clock_moves(world: Sandbox, body: dict[str, Any], now: str) -> None:
    assert world.control("GET", "clock")["now"] == "2026-10-01T09:00:00-05:00"
    assert world.control("POST", "clock", body)["now"] == now
    assert world.control("GET", "clock") == {"now": now, "today": now[:10], "timezone": "America/Bogota"}


@pytest.mark.parametrize(
    "body",
    [
        {"today": "2026-09-30"},
        {"today": "soon"},
        {"advance_days": -1},
        {"advance_days": 401},
        {},
        {"advance_days": 1, "advance_seconds": 1},
        {"advance_years": 1},
    ],
    ids=str,
)
def test_the_clock_refuses(client: Any, body: dict[str, Any]) -> None:
    reply = client.raw.post(f"{client.world.meta_graph_url}/_sandbox/clock", json=body, timeout=10)
    assert reply.status_code == 400
    assert reply.json()["error"]


def test_a_day_keeps_its_hour_when_the_clocks_change() -> None:
    with Sandbox(today=date(2026, 10, 24), timezone="Europe/Madrid") as world:
        assert world.control("POST", "clock", {"advance_days": 1})["now"] == "2026-10-25T09:00:00+01:00"


def test_the_control_surface_over_the_wire(client: Any) -> None:
    base = f"{client.world.meta_graph_url}/_sandbox"
    client.tree()
    moved = client.raw.post(f"{base}/clock", json={"advance_days": 2}, timeout=10).json()
    assert moved["today"] == "2026-10-03"
    params = {"since": "2026-10-02", "until": "2026-10-02"}
    truth = client.raw.get(f"{base}/truth", params=params, timeout=10).json()
    assert [row["date_day"] for row in truth["reported"]] == ["2026-10-02"]
    assert truth["currency"] == "COP"
    calls = client.raw.get(f"{base}/calls", params={"since_index": 1}, timeout=10).json()["calls"]
    assert calls[0]["index"] == 1
    kinds = [node["kind"] for node in client.raw.get(f"{base}/objects", timeout=10).json()["objects"]]
    assert kinds == ["campaign", "adset", "adimage", "adcreative", "ad"]
    assert client.raw.post(f"{base}/tier", json={"tier": "golden"}, timeout=10).status_code == 400
    missing = client.raw.get(f"{base}/weather", timeout=10)
    assert missing.status_code == 404
    assert "GET truth" in missing.json()["error"]


def start(*options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "sandbox", *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_process_of_its_own(number: signal.Signals, monkeypatch: pytest.MonkeyPatch) -> None:
    with start(
        *("--meta-currency", "EUR", "--meta-timezone", "Europe/Madrid", "--today", "2026-10-01"),
        "--no-google-ads",
    ) as process:
        assert process.stdout is not None
        known = json.loads(process.stdout.readline())
        assert set(known) == {
            "meta_graph_url",
            "meta_ad_account_id",
            "meta_page_id",
            "meta_access_token",
            "meta_app_id",
            "meta_app_secret",
            "gemini_base_url",
            "gemini_api_key",
            "gemini_model",
        }
        with requests.Session() as session:
            session.trust_env = False
            clock = session.get(f"{known['meta_graph_url']}/_sandbox/clock", timeout=10).json()
        assert clock == {
            "now": "2026-10-01T09:00:00+02:00",
            "today": "2026-10-01",
            "timezone": "Europe/Madrid",
        }
        process.send_signal(number)
        rest, errors = process.communicate(timeout=10)
    assert (process.returncode, rest, errors) == (0, "", "")


def test_a_port_in_use_is_one_clear_line(world: Sandbox) -> None:
    with start("--port", str(world.server_address[1])) as process:
        out, errors = process.communicate(timeout=10)
    assert process.returncode == 2
    assert out == ""
    assert errors.splitlines() == [
        f"sandbox: cannot listen on port {world.server_address[1]}: Address already in use"
    ]


@pytest.mark.parametrize(
    "option", [["--meta-currency", "XXX"], ["--meta-timezone", "Mars"], ["--today", "soon"]]
)
def test_an_option_without_sense_is_refused(option: list[str]) -> None:
    with start(*option) as process:
        _, errors = process.communicate(timeout=10)
    assert process.returncode == 2
    assert option[0] in errors
