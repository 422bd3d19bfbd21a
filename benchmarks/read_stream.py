"""How fast Google's numbers are read, beside the bare stream and beside the client's own objects.

`python -m benchmarks.read_stream` streams made-up ad-days over gRPC and TLS from a process of its own, three
rounds, alternating, each run in a fresh process: drained bare, through the adapter, and by the attributes of
the client's objects (a tenth of the rows, rows a second are compared). Memory is that of the adapter at
100,000 and 800,000 rows. At last 1,000,000 rows are synced to a real PostgreSQL, beside the same stream
drained into a COPY and merged by one INSERT. The last line is one JSON object; exit 1 if a bound
is broken.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import psycopg
from sqlalchemy import make_url

from adflux_core.settings import child_environment, settings
from deployments.embedded_postgres import embedded_postgres

ROUNDS, ROWS, SYNCED = 3, 800_000, 1_000_000
FASTER, SHARE, MEMORY = 10.0, 0.3, 1.3
ADS_A_DAY, FIRST = 10_000, date(2025, 1, 1)


def main() -> int:
    """Run everything, or, as a child, one measured run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--run")
    parser.add_argument("--rows", type=int, default=ROWS)
    chosen = parser.parse_args()
    if chosen.run:
        days = chosen.rows // ADS_A_DAY
        print(json.dumps(RUNS[chosen.run](FIRST, FIRST + timedelta(days - 1))))
        return 0
    # ignore_cleanup_errors: the server's own user owns what it leaves behind.
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        _served(folder) as google,
        embedded_postgres(Path(folder) / "postgres") as url,
    ):
        runs: dict[str, list[dict[str, float]]] = {}
        for _ in range(ROUNDS):
            for name, rows in (("bare", ROWS), ("ours", ROWS), ("objects", ROWS // 10), ("few", ROWS // 8)):
                runs.setdefault(name, []).append(_run(name, rows, google))
            print({name: found[-1] for name, found in runs.items()}, flush=True)
        for name in ("sync", "copy_and_merge"):
            runs[name] = [_run(name, SYNCED, google | {"ADFLUX_DATABASE_URL": _database(url, name)})]
        return _report(runs)


def _report(runs: dict[str, list[dict[str, float]]]) -> int:
    def middle(name: str, what: str) -> float:
        return median(one[what] for one in runs[name])

    speed = {name: middle(name, "rows") / middle(name, "seconds") for name in runs}
    faster, share = speed["ours"] / speed["objects"], speed["ours"] / speed["bare"]
    memory = middle("ours", "mib") / middle("few", "mib")
    holds = faster >= FASTER and share >= SHARE and memory <= MEMORY
    answer: dict[str, Any] = {
        "name": "read_stream",
        "figures": {
            **{f"{name}_rows_a_second": round(rate) for name, rate in speed.items() if name != "few"},
            "mib_at_100000": round(middle("few", "mib")),
            "mib_at_800000": round(middle("ours", "mib")),
            "sync_1000000_seconds": round(middle("sync", "seconds"), 1),
            "copy_and_merge_seconds": round(middle("copy_and_merge", "seconds"), 1),
            "sync_to_copy_and_merge": round(
                middle("sync", "seconds") / middle("copy_and_merge", "seconds"), 2
            ),
            "share_of_bare": round(share, 2),
            "share_bound": SHARE,
            "memory_growth": round(memory, 2),
            "memory_bound": MEMORY,
        },
        "ratio": round(faster, 1),
        "bound": FASTER,
        "holds": holds,
    }
    print(json.dumps(answer))
    return 0 if holds else 1


@contextmanager
def _served(folder: str) -> Iterator[dict[str, str]]:
    """The streaming server in a process of its own; the settings that lead to it."""
    command = [sys.executable, "-m", "benchmarks.peers.stream_server", folder]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        try:
            yield json.loads(running.stdout.readline())
        finally:
            running.stdin.close()


def _run(name: str, rows: int, environment: dict[str, str]) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.read_stream", "--run", name, "--rows", str(rows)]
    done = subprocess.run(
        command, env=child_environment(environment), stdout=subprocess.PIPE, text=True, check=True
    )
    measured: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return measured | {"rows": rows}


def _database(url: str, name: str) -> str:
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    return make_url(url).set(database=name).render_as_string(hide_password=False)


class Unhurried:
    """A governor that always has room: what is measured is reading."""

    def ask(self, _account_id: str, points: int, *, writing: bool) -> Any:  # noqa: ARG002
        from adflux_core.advertising import Allowance, Room

        return Room(Allowance(points=9000, hourly_calls=100_000), score=points, used=0.0)

    def note(self, *_words: Any) -> None:
        """Nothing to keep."""


def _adapter() -> Any:
    from adflux_core.platforms.google_ads.adapter import GoogleAdsPlatform

    platform = GoogleAdsPlatform(settings(), Unhurried())
    platform.account()  # connected, and with a token
    return platform


def _measured(read: Callable[[], int]) -> dict[str, float]:
    began = time.perf_counter()
    rows = read()
    seconds = time.perf_counter() - began
    assert rows, "nothing was read, so the time means nothing"
    return {"seconds": seconds, "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def _ours(since: date, until: date) -> dict[str, float]:
    platform = _adapter()
    return _measured(lambda: sum(1 for _ in platform.read_metrics(since, until).rows))


def _bare(since: date, until: date) -> dict[str, float]:
    """Every batch is received and parsed, and no row of it looked at."""
    stream = _stream(since, until)
    return _measured(lambda: sum(len(type(batch).pb(batch).results) for batch in stream()))


def _objects(since: date, until: date) -> dict[str, float]:
    """What the client's own examples do: the same facts, attribute by attribute."""
    stream = _stream(since, until)

    def read() -> int:
        rows = 0
        for batch in stream():
            for row in batch.results:
                metrics = row.metrics
                _ = (
                    *(row.segments.date, row.campaign.id, row.ad_group_ad.resource_name),
                    *(metrics.impressions, metrics.clicks, metrics.cost_micros, metrics.conversions),
                )
                rows += 1
        return rows

    return _measured(read)


def _stream(since: date, until: date) -> Callable[[], Iterator[Any]]:
    """As the client's own service gives it, on the same channel as ours."""
    from google.ads.googleads.v26.services.services.google_ads_service import GoogleAdsServiceClient
    from google.ads.googleads.v26.services.services.google_ads_service.transports.grpc import (
        GoogleAdsServiceGrpcTransport as Transport,
    )

    from adflux_core.platforms.google_ads import queries
    from adflux_core.platforms.google_ads.client import connect
    from adflux_core.platforms.google_ads.credentials import access_of

    connection = connect(access_of(settings()))
    connection.token.renew()
    query = queries.ordered_by_day(queries.AD_METRICS, since, until)
    customer = settings().google_ads_customer_id
    service = GoogleAdsServiceClient(transport=Transport(channel=connection.service.transport.grpc_channel))
    return lambda: iter(service.search_stream(customer_id=customer, query=query, timeout=600))


def _sync(since: date, until: date) -> dict[str, float]:
    from adflux_core import database
    from adflux_core.metrics.sync import sync_metrics

    platform = _adapter()
    database.migrate()

    def read() -> int:
        receipt = sync_metrics(platform, since=since, until=until, today=until + timedelta(1))
        assert receipt.complete, receipt.reason
        return receipt.changed

    return _measured(read)


def _copy_and_merge(since: date, until: date) -> dict[str, float]:
    """The least that a loader does: no digest, no revision, no rollup, no control."""
    stream = _stream(since, until)
    url = settings().adflux_database_url
    assert url is not None
    shape = (
        "(day date, ad text, campaign bigint, impressions bigint, clicks bigint, spend numeric, won numeric"
    )

    def read() -> int:
        with psycopg.connect(url.get_secret_value()) as connected, connected.cursor() as cursor:
            cursor.execute(f"CREATE TABLE numbers {shape}, PRIMARY KEY (day, ad))")
            cursor.execute(f"CREATE TEMP TABLE staged {shape})")
            with cursor.copy("COPY staged FROM STDIN") as copy:
                for batch in stream():
                    for row in type(batch).pb(batch).results:
                        numbers = row.metrics
                        copy.write(
                            f"{row.segments.date}\t{row.ad_group_ad.resource_name}\t{row.campaign.id}\t"
                            f"{numbers.impressions}\t{numbers.clicks}\t{numbers.cost_micros}\t"
                            f"{numbers.conversions}\n"
                        )
            cursor.execute("INSERT INTO numbers SELECT * FROM staged ON CONFLICT (day, ad) DO NOTHING")
            return cursor.rowcount

    return _measured(read)


RUNS: dict[str, Callable[[date, date], dict[str, float]]] = {
    "bare": _bare,
    "ours": _ours,
    "few": _ours,
    "objects": _objects,
    "sync": _sync,
    "copy_and_merge": _copy_and_merge,
}

if __name__ == "__main__":
    raise SystemExit(main())
