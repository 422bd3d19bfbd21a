"""Two workers on two hosts share a night; one is cut off in its middle, and nothing is lost or doubled.

ADFLUX_CUT_OFF=1: Prefect finds out by itself, which takes it a minute and a half; 0: it is told at once.
Without either it is not run.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest
from hosts import HERE, Host, Relay, hosts

from adflux_core import database
from adflux_core.settings import settings
from benchmarks.peers.shared_nights import DAY, SharedNights, shared_nights, until

pytestmark = pytest.mark.whole

ACCOUNTS = 4
REACHED = ("ADFLUX_DATABASE_URL", "PREFECT_API_URL", "META_GRAPH_URL")


@pytest.fixture
def night() -> Iterator[tuple[SharedNights, list[Host]]]:
    with hosts(2) as both, shared_nights(ACCOUNTS) as nights, ExitStack() as exits:
        for name in REACHED:
            exits.callback(Relay(urlsplit(nights.environment[name]).port or 0).close)
        yield nights, both
    database.engine_for.cache_clear()
    settings.cache_clear()


def worker_on(host: Host, nights: SharedNights, *options: str) -> subprocess.Popen[bytes]:
    """Its settings are those of another machine: the platform is not on its loopback."""
    there = {name: nights.environment[name].replace("127.0.0.1", HERE) for name in REACHED}
    live = {"ADFLUX_LIVE": "1", "ADFLUX_LIVE_ACCOUNTS": nights.environment["META_AD_ACCOUNT_ID"]}
    return nights.start_worker("--limit", "2", *options, before=host.enter, **there, **live, no_proxy=HERE)


def taken_by(worker: subprocess.Popen[bytes], runs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [run for run in runs if run["labels"].get("prefect.worker.name", "").endswith(f" {worker.pid}")]


def test_a_worker_that_is_cut_off_costs_nothing_but_time(night: tuple[SharedNights, list[Host]]) -> None:
    nights, (near, far) = night
    today = nights.next_day()
    # One serves every kind of work, so the night's own run is there, and reads; the other may be cut off.
    staying, leaving = worker_on(near, nights), worker_on(far, nights, "--queue", "sync")
    nights.world("POST", "faults", {"kind": "hold", "method": "GET", "path": "insights$", "times": ACCOUNTS})
    run = nights.begin(today)
    until(lambda: len(nights.world("GET", "held")["held"]) == ACCOUNTS)
    lost = taken_by(leaving, nights.parts("RUNNING"))
    assert lost, "the night was not shared"

    far.cut()
    theirs = [one for one in psutil.Process(leaving.pid).children() if "prefect.engine" in one.cmdline()]
    assert len(theirs) == len(lost)
    if os.environ["ADFLUX_CUT_OFF"] == "0":
        for one in lost:  # what the automation says of a run whose signs of life stop
            gone = {"state": {"type": "CRASHED", "message": "its process stopped answering"}, "force": True}
            nights.ask(f"flow_runs/{one['id']}/set_state", gone)
    nights.world("POST", "release")
    assert nights.ended(run)["state_type"] == "COMPLETED", nights.run(run)["state"]
    assert nights.stored() == nights.true(today - DAY) != []

    for account in (one["parameters"]["account"] for one in lost):
        ended = [
            one for one in nights.parts("COMPLETED", "CANCELLED") if one["parameters"]["account"] == account
        ]
        assert len(ended) == 1, "each ends once"
        assert ended[0]["state_type"] == "CANCELLED" or taken_by(staying, ended), "and on the other host"

    # The host is back, with runs that never heard of their end: they may go on to theirs, and change nothing.
    far.join()
    _, going_on = psutil.wait_procs(theirs, timeout=300)
    assert going_on == []
    assert nights.stored() == nights.true(today - DAY)
