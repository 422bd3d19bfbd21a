"""How fast daily numbers come in, beside a bare binary COPY, SQLAlchemy and dlt: parsed rows to committed.

`python -m benchmarks.ingest_metrics` restates a quarter of 1,000,000 stored ad-days, revisions and rollups
included, and reads them once more (nothing may be written); alternating, three rounds, each run in a process
and a database of its own. Everybody starts from the same parsed rows. SQLAlchemy and dlt with dictionaries
get 100,000 of them, and ten times their seconds are compared. `--whole` goes to 5,000,000 for the growth of
time and memory; `--rows` and `--rounds` shrink it. The last line is one JSON object; exit 1 if a bound is
broken.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import psycopg
from sqlalchemy import make_url

from adflux_core.settings import child_environment
from benchmarks.peers.ingest_runs import RUNS
from benchmarks.peers.metric_rows import ADS_A_DAY
from deployments.embedded_postgres import embedded_postgres

ROUNDS, PART = 3, 100_000
# What each figure may be at most, or must be at least, times the other.
BOUNDS: dict[str, tuple[str, float]] = {
    "restated_to_bare": ("<=", 3.5),
    "again_to_bare": ("<=", 1.0),
    "sqlalchemy_to_ours": (">=", 10.0),
    "dlt_parquet_to_ours": (">=", 2.5),
    "dlt_arrow_to_ours": (">=", 7.0),
    "dlt_dicts_to_ours": (">=", 30.0),
    "time_growth": ("<=", 1.2),
    "memory_growth": ("<=", 1.3),
}


def main() -> int:
    """Run everything, or, as a child, one measured run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--run")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--whole", action="store_true")
    chosen = parser.parse_args()
    if chosen.run:
        print(json.dumps(RUNS[chosen.run](chosen.rows // ADS_A_DAY)))
        return 0
    # ignore_cleanup_errors: the server's own user owns what it leaves behind.
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        embedded_postgres(Path(folder)) as server,
    ):
        return _report(chosen.rows, *_measure(server, chosen))


def _measure(
    server: str, chosen: argparse.Namespace
) -> tuple[dict[str, list[dict[str, float]]], dict[int, dict[str, float]]]:
    rows, whole = chosen.rows, chosen.whole
    runs: dict[str, list[dict[str, float]]] = {}
    part = min(PART, rows)
    for number in range(chosen.rounds):
        for names, size in (
            (("bare",), rows),
            (("bare_prepared",), rows),
            (("first", "restated", "again"), rows),
            (("first_part", "restated_part"), part),
            (("dlt_parquet",), rows),
            *(((name,), size) for name, size in _slow(rows, part) if number == 0),
        ):
            with _fresh_database(server) as url:
                for name in names:
                    runs.setdefault(name, []).append(_run(name, size, url))
        print({name: found[-1] for name, found in runs.items()}, flush=True)
    grown = {}
    for size in (part, rows, *([5 * rows] if whole else [])):
        with _fresh_database(server) as url:
            first, restated = (_run(name, size, url) for name in ("streamed_first", "streamed"))
        grown[size] = {"peak_mb": max(first["peak_mb"], restated["peak_mb"])}
        print({"streamed": size, **grown[size]}, flush=True)
    if whole:
        with _fresh_database(server) as url:
            _run("first", 5 * rows, url)
            runs["restated_whole"] = [_run("restated", 5 * rows, url)]
    return runs, grown


def _slow(rows: int, part: int) -> list[tuple[str, int]]:
    return [("dlt_arrow", rows), ("sqlalchemy", part), ("dlt_dicts", part)]


def _report(
    rows: int, runs: Mapping[str, Sequence[dict[str, float]]], grown: Mapping[int, dict[str, float]]
) -> int:
    seconds = {name: median(run["seconds"] for run in found) for name, found in runs.items()}
    part = min(PART, rows)
    ours, scale = seconds["restated"], rows / part
    largest = seconds.get("restated_whole", 0) / 5 or ours
    peaks = [one["peak_mb"] for one in grown.values()]
    ratios = {
        "restated_to_bare": ours / seconds["bare"],
        "again_to_bare": seconds["again"] / seconds["bare"],
        "sqlalchemy_to_ours": seconds["sqlalchemy"] * scale / ours,
        "dlt_parquet_to_ours": seconds["dlt_parquet"] / ours,
        "dlt_arrow_to_ours": seconds["dlt_arrow"] / ours,
        "dlt_dicts_to_ours": seconds["dlt_dicts"] * scale / ours,
        "time_growth": max(ours, largest) / (seconds["restated_part"] * scale),
        "memory_growth": max(peaks) / min(peaks),
    }
    kept = {
        name: ratios[name] <= bound if sign == "<=" else ratios[name] >= bound
        for name, (sign, bound) in BOUNDS.items()
    }
    arrow = {
        f"{name}_without_making_arrow": round(
            median(r["seconds"] - r["converting"] for r in runs[name]) / ours, 2
        )
        for name in ("dlt_parquet", "dlt_arrow")
    }
    figures = {
        "rows": rows,
        "part": part,
        "seconds": {name: round(one, 3) for name, one in seconds.items()},
        "restated_to_bare_prepared": round(ours / seconds["bare_prepared"], 2),
        "again_to_bare_prepared": round(seconds["again"] / seconds["bare_prepared"], 2),
        **arrow,
        "rows_per_second": round(rows / ours),
        "peak_mb": {str(size): round(one["peak_mb"], 1) for size, one in grown.items()},
    }
    answer = {
        "name": "ingest_metrics",
        "figures": figures,
        "ratio": {name: round(one, 2) for name, one in ratios.items()},
        "bound": {name: f"{sign} {bound:g}" for name, (sign, bound) in BOUNDS.items()},
        "broken": [name for name, whether in kept.items() if not whether],
        "holds": all(kept.values()),
    }
    print(json.dumps(answer))
    return 0 if all(kept.values()) else 1


def _run(run: str, rows: int, url: str) -> dict[str, float]:
    name = run.removesuffix("_part").removesuffix("_whole")
    found = subprocess.run(
        [sys.executable, "-m", "benchmarks.ingest_metrics", "--run", name, "--rows", str(rows)],
        env=child_environment({"ADFLUX_DATABASE_URL": url}),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    answer: dict[str, float] = json.loads(found.stdout.splitlines()[-1])
    return answer


@contextmanager
def _fresh_database(server: str) -> Iterator[str]:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS benchmark WITH (FORCE)")
        connection.execute("CREATE DATABASE benchmark")
        connection.execute("CHECKPOINT")  # what earlier runs left to write is not this run's time
    yield make_url(server).set(database="benchmark").render_as_string(hide_password=False)


if __name__ == "__main__":
    raise SystemExit(main())
