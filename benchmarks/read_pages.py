"""How fast Meta's numbers are read from its wire bytes, beside the SDK's own objects over the same pages.

`python -m benchmarks.read_pages` serves 100,000 made-up ad-days over HTTP from a process of its own and reads
them, three rounds, alternating, each run in a fresh process: through the adapter to parsed rows, the same
with each page kept as a sync keeps it, and by iterating the SDK's cursor through the SDK's own session. The
clocks begin before the first request. `--rows` shrinks it. The last line is one JSON object; exit 1 if the
bound is broken. CPU seconds stand beside the seconds: a busy machine disturbs them less.
"""

from __future__ import annotations

import argparse
import gc
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from statistics import median
from typing import Any

from adflux_core.settings import child_environment, settings
from benchmarks.peers.page_server import ADS_A_DAY, FIRST, ROWS_A_PAGE

ROUNDS, ROWS, FASTER = 3, 100_000, 6.0


def main() -> int:
    """Run everything, or, as a child, one measured run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--run")
    parser.add_argument("--rows", type=int, default=ROWS)
    chosen = parser.parse_args()
    if chosen.run:
        print(json.dumps(_measured(RUNS[chosen.run], chosen.rows)))
        return 0
    runs: dict[str, list[dict[str, float]]] = {}
    with _served(chosen.rows) as environment:
        for _ in range(ROUNDS):
            for name in RUNS:
                runs.setdefault(name, []).append(_run(name, chosen.rows, environment))
    middle = {
        name: {what: median(one[what] for one in found) for what in ("seconds", "cpu_seconds")}
        for name, found in runs.items()
    }
    ratio = middle["objects"]["seconds"] / middle["ours"]["seconds"]
    by_cpu = middle["objects"]["cpu_seconds"] / middle["ours"]["cpu_seconds"]
    figures = {
        "rows": chosen.rows,
        **{name: {what: round(one, 3) for what, one in each.items()} for name, each in middle.items()},
        "cpu_ratio": round(by_cpu, 1),
        "keeping_costs_cpu": round(middle["kept"]["cpu_seconds"] / middle["ours"]["cpu_seconds"] - 1, 3),
    }
    holds = ratio >= FASTER
    answer: dict[str, Any] = {"name": "read_pages", "figures": figures, "ratio": round(ratio, 1)}
    print(json.dumps(answer | {"bound": FASTER, "holds": holds}))
    return 0 if holds else 1


def _measured(prepare: Callable[[int], Callable[[], int]], rows: int) -> dict[str, float]:
    read = prepare(rows)
    gc.collect()
    began, cpu = time.perf_counter(), time.process_time()
    found = read()
    took = {"seconds": time.perf_counter() - began, "cpu_seconds": time.process_time() - cpu}
    assert found == rows, f"{found} rows of {rows} were read, so the time means nothing"
    return took


class Unhurried:
    """A governor that always has room: what is measured is reading."""

    def ask(self, _account_id: str, points: int, *, writing: bool) -> Any:  # noqa: ARG002
        from adflux_core.advertising import Allowance, Room

        return Room(Allowance(points=9000, hourly_calls=100_000), score=points, used=0.0)

    def note(self, *_words: Any) -> None:
        """Nothing to keep."""


def _ours(rows: int) -> Callable[[], int]:
    from adflux_core.platforms.meta.adapter import MetaPlatform

    platform = MetaPlatform(settings(), Unhurried())
    last = FIRST + timedelta(rows // ADS_A_DAY - 1)
    return lambda: sum(1 for _ in platform.read_metrics(FIRST, last).rows)


def _kept(rows: int) -> Callable[[], int]:
    """As a sync reads: each page is compressed, hashed and put by."""
    from adflux_core.metrics.evidence import Evidence
    from adflux_core.platforms.meta.adapter import MetaPlatform

    platform = MetaPlatform(settings(), Unhurried())
    last = FIRST + timedelta(rows // ADS_A_DAY - 1)

    def read() -> int:
        with Evidence() as seen:
            return sum(1 for _ in platform.read_metrics(FIRST, last, seen).rows)

    return read


def _objects(rows: int) -> Callable[[], int]:
    """What the SDK's own examples do: the same facts, field by field."""
    from facebook_business.adobjects.adaccount import AdAccount
    from facebook_business.api import FacebookAdsApi, FacebookSession

    from adflux_core.platforms.meta.insights import AD_FIELDS

    session = FacebookSession(access_token="bench", timeout=60)  # noqa: S106
    session.GRAPH = settings().meta_graph_url
    session.requests.trust_env = False
    last = FIRST + timedelta(rows // ADS_A_DAY - 1)
    names = (*AD_FIELDS.split(","), "date_start")
    asked = {
        "level": "ad",
        "time_increment": 1,
        "limit": ROWS_A_PAGE,
        "time_range": {"since": FIRST.isoformat(), "until": last.isoformat()},
    }

    def read() -> int:
        account, found = AdAccount("act_1", api=FacebookAdsApi(session)), 0
        for row in account.get_insights(fields=AD_FIELDS.split(","), params=asked):
            _ = tuple(row[name] for name in names)
            found += 1
        return found

    return read


@contextmanager
def _served(rows: int) -> Iterator[dict[str, str]]:
    """The settings that lead to the server."""
    command = [sys.executable, "-m", "benchmarks.peers.page_server", str(rows)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        try:
            yield {
                "META_GRAPH_URL": running.stdout.readline().strip(),
                "META_ACCESS_TOKEN": "bench",
                "META_AD_ACCOUNT_ID": "act_1",
                "META_PAGE_ID": "1",
            }
        finally:
            running.stdin.close()


def _run(name: str, rows: int, environment: dict[str, str]) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.read_pages", "--run", name, "--rows", str(rows)]
    done = subprocess.run(
        command, env=child_environment(environment), stdout=subprocess.PIPE, text=True, check=True
    )
    measured: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    print({name: measured}, flush=True)
    return measured


RUNS: dict[str, Callable[[int], Callable[[], int]]] = {"ours": _ours, "kept": _kept, "objects": _objects}

if __name__ == "__main__":
    raise SystemExit(main())
