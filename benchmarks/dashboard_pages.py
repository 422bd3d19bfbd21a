"""How long people wait for pages with 10,000,000 ad-days in the store, in a real Chromium behind the gate.

`python -m benchmarks.dashboard_pages` opens every page by its address and does what people do on them, round
after round. With `--viewers 50 --minutes 5` that many real sessions also use the dashboard meanwhile, in
Streamlit's own protocol. The last line is one JSON object; exit 1 if a bound is missed. `--home` keeps the
database in a folder, the same as `dashboard_queries` keeps; `--rows` shrinks it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import tempfile
import threading
import time
from contextlib import nullcontext
from pathlib import Path
from statistics import median, quantiles

from adflux_core import database
from adflux_core.settings import apply_environment
from benchmarks.dashboard_queries import COUNTED, ROWS, ROWS_AN_APPLICATION, stored
from benchmarks.peers.busy_agency import fill
from benchmarks.peers.page_viewers import RAMP, Tally, look_around
from benchmarks.peers.pages_in_a_browser import Timed, browser_at, round_of_pages
from benchmarks.peers.pages_served import Served, served
from deployments.embedded_postgres import embedded_postgres

ROUNDS = 10
OPENED_MS, DONE_MS, AMONG_VIEWERS_MS = 1_000.0, 500.0, 2_000.0
Figures = dict[str, dict[str, float]]


def main() -> int:
    """Fill, open, report."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--viewers", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=5.0)
    asked = parser.parse_args()
    # ignore_cleanup_errors: the server's own user owns what it leaves behind.
    place = nullcontext(asked.home) if asked.home else tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    with place as folder, embedded_postgres(Path(folder)) as url:
        apply_environment({"ADFLUX_DATABASE_URL": url})
        database.migrate()
        if not stored(COUNTED):
            fill(asked.rows, asked.rows // ROWS_AN_APPLICATION)
        with served(url) as at, browser_at(at) as timed:
            round_of_pages(timed, 0)  # imports everything, and fills every cache
            timed.took.clear()
            load = os.getloadavg()[0]
            if asked.viewers:
                return _report(_among(at, timed, asked.viewers, asked.minutes * 60))
            for turn in range(1, asked.rounds + 1):
                round_of_pages(timed, turn)
            return _report(_alone(at, timed, load))


def _alone(at: Served, timed: Timed, load: float) -> dict[str, object]:
    """One person on a warm dashboard: each page's first data, and each thing done."""
    held = {
        name: _p95(took) / (OPENED_MS if name in opened(timed) else DONE_MS)
        for name, took in timed.took.items()
    }
    return {
        "figures": {
            "rows": stored(COUNTED),
            "load_before": round(load, 2),
            "opened": _figures({name: timed.took[name] for name in opened(timed)}),
            "done": _figures({name: took for name, took in timed.took.items() if name not in opened(timed)}),
            "memory_mib": round(at.memory() / 2**20),
            "slowest": max(held, key=lambda name: held[name]),
        },
        "ratio": round(max(held.values()), 2),
    }


def opened(timed: Timed) -> set[str]:
    """What was opened by its address."""
    return {name for name in timed.took if name.startswith("open /")}


def _among(at: Served, timed: Timed, viewers: int, seconds: float) -> dict[str, object]:
    """Many people at once, and one of them with a browser."""
    tallies: list[Tally] = []
    most = at.memory()
    crowd = threading.Thread(target=lambda: tallies.append(asyncio.run(look_around(at, viewers, seconds))))
    began = time.monotonic()
    crowd.start()
    time.sleep(RAMP)
    turn = 1
    while crowd.is_alive():
        round_of_pages(timed, turn)
        most, turn = max(most, at.memory()), turn + 1
    (tally,) = tallies
    everything = [one for took in tally.took.values() for one in took]
    return {
        "figures": {
            "rows": stored(COUNTED),
            "viewers": viewers,
            "seconds": round(time.monotonic() - began),
            "done": len(everything),
            "errors": tally.errors[:20],
            "p95_ms": round(_p95(everything)),
            "by_what": _figures(tally.took),
            "browser": _figures(timed.took),
            "memory_mib": round(most / 2**20),
        },
        "ratio": round(_p95(everything) / AMONG_VIEWERS_MS, 2) if not tally.errors else float("inf"),
    }


def _figures(took: dict[str, list[float]]) -> Figures:
    return {
        name: {"times": len(each), "median_ms": round(median(each)), "p95_ms": round(_p95(each))}
        for name, each in sorted(took.items())
    }


def _p95(took: list[float]) -> float:
    return quantiles(took, n=20, method="inclusive")[-1] if len(took) > 1 else took[0]


def _report(measured: dict[str, object]) -> int:
    holds = float(str(measured["ratio"])) <= 1.0
    print(json.dumps({"name": "dashboard_pages", **measured, "bound": 1.0, "holds": holds}))
    return 0 if holds else 1


if __name__ == "__main__":
    raise SystemExit(main())
