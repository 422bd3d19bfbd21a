"""One measured run of each way to bring in daily numbers; `ingest_metrics` gives each a process."""

from __future__ import annotations

import gc
import json
import pickle
import subprocess
import tempfile
import time
from collections.abc import Callable
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import MetaData, Table, create_engine, make_url
from sqlalchemy.dialects.postgresql import insert

from adflux_core import database
from adflux_core.advertising import AdMetrics
from adflux_core.metrics.sync import SliceReceipt, sync_metrics
from adflux_core.schema.metrics import AdMetricsRow
from adflux_core.settings import settings
from benchmarks.peers.metric_rows import FIRST, Streamed, ToldAccount, day_rows, days_after, totals

ROOT = Path(__file__).parents[2]
COLUMNS = {
    **dict.fromkeys(("platform", "account_id"), "text"),
    "date_day": "date",
    **dict.fromkeys(("ad_id", "ad_group_id", "campaign_id", "currency"), "text"),
    **dict.fromkeys(("impressions", "clicks", "link_clicks"), "int8"),
    **dict.fromkeys(("spend", "applications"), "numeric"),
}
OURS = tuple(COLUMNS)[2:]
KEY = ("date_day", "platform", "account_id", "ad_id")


def _parsed(days: int, *, restated: bool) -> list[AdMetrics]:
    rows = [row for number in range(days) for row in day_rows(number, restated=restated)]
    gc.collect()
    gc.freeze()  # the rows are there before anybody's clock starts, and nobody's to walk through
    return rows


def _ours(days: int, *, restated: bool, expected: Callable[[SliceReceipt], bool]) -> dict[str, float]:
    rows = _parsed(days, restated=restated)
    return _synced(ToldAccount(rows, days, totals(rows)), days, expected)


def _synced(account: ToldAccount, days: int, expected: Callable[[SliceReceipt], bool]) -> dict[str, float]:
    database.migrate()
    until = days_after(FIRST, days - 1)
    started = time.perf_counter()
    receipt = sync_metrics(account, since=FIRST, until=until, today=days_after(until, 1))  # type: ignore[arg-type]
    seconds = time.perf_counter() - started
    if not receipt.complete or receipt.deleted or not expected(receipt):
        raise SystemExit(f"the sync is wrong, so its time means nothing: {receipt}")
    return {"seconds": seconds, "peak_mb": _peak()}


def _first(days: int) -> dict[str, float]:
    found = _ours(days, restated=False, expected=lambda receipt: receipt.changed == receipt.read)
    _settle()
    return found


def _restated(days: int) -> dict[str, float]:
    found = _ours(days, restated=True, expected=lambda told: 0.2 * told.read < told.changed < 0.3 * told.read)
    _settle()
    return found


def _again(days: int) -> dict[str, float]:
    return _ours(days, restated=True, expected=lambda receipt: receipt.changed == 0)


def _streamed(days: int, *, restated: bool) -> dict[str, float]:
    stream = Streamed(days, restated=restated)
    sums = [total for number in range(days) for total in totals(day_rows(number, restated=restated))]
    found = _synced(ToldAccount(stream, days, sums), days, lambda receipt: receipt.changed > 0)
    _settle()
    return found


def _bare(days: int) -> dict[str, float]:
    rows = _parsed(days, restated=True)
    with psycopg.connect(_url()) as connection, connection.cursor() as cursor:
        _plain_table(connection, "UNLOGGED")
        started = time.perf_counter()
        with cursor.copy(f"COPY bare ({', '.join(COLUMNS)}) FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(list(COLUMNS.values()))
            for values in map(attrgetter(*OURS), rows):
                copy.write_row(("meta", "act_1", *values))
        connection.commit()
        return {"seconds": time.perf_counter() - started}


def _bare_prepared(days: int) -> dict[str, float]:
    """The same, of bytes that were made before the clock started."""
    with psycopg.connect(_url()) as connection, connection.cursor() as cursor:
        _plain_table(connection, "UNLOGGED")
        with cursor.copy(f"COPY bare ({', '.join(COLUMNS)}) FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(list(COLUMNS.values()))
            for values in map(attrgetter(*OURS), _parsed(days, restated=True)):
                copy.write_row(("meta", "act_1", *values))
        with cursor.copy("COPY bare TO STDOUT (FORMAT BINARY)") as copy:
            prepared = [bytes(block) for block in copy]
        cursor.execute("TRUNCATE bare")
        connection.commit()
        started = time.perf_counter()
        with cursor.copy("COPY bare FROM STDIN (FORMAT BINARY)") as copy:
            for block in prepared:
                copy.write(block)
        connection.commit()
        return {"seconds": time.perf_counter() - started}


def _sqlalchemy(days: int) -> dict[str, float]:
    """An upsert by insertmanyvalues over the rows as they were, into a table of the same columns and key."""
    first, second = ([_plain(row) for row in _parsed(days, restated=told)] for told in (False, True))
    engine = create_engine(make_url(_url()).set(drivername="postgresql+psycopg"), use_insertmanyvalues=True)
    with psycopg.connect(_url()) as connection:
        _plain_table(connection, "")
        connection.execute(f"ALTER TABLE bare ADD PRIMARY KEY ({', '.join(KEY)})")
    ours = AdMetricsRow.__table__
    assert isinstance(ours, Table)
    table = ours.to_metadata(MetaData(), schema=None, name="bare")  # type: ignore[arg-type]
    plain = insert(table)
    statement = plain.on_conflict_do_update(
        index_elements=KEY, set_={name: plain.excluded[name] for name in COLUMNS if name not in KEY}
    ).returning(table.c.ad_id)
    with engine.begin() as connected:
        connected.execute(statement, first)
    _settle()
    started = time.perf_counter()
    with engine.begin() as connected:
        connected.execute(statement, second)
    return {"seconds": time.perf_counter() - started}


def _dlt(days: int, *, way: str) -> dict[str, float]:
    lists = [[_plain(row) for row in _parsed(days, restated=told)] for told in (False, True)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.pickle"
        path.write_bytes(pickle.dumps(lists))
        del lists
        found = subprocess.run(
            [ROOT / ".uv/bin/uv", "run", "--quiet", "--script", ROOT / "benchmarks/peers/dlt_load.py",
             _url(), path, way],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True,
        )  # fmt: skip
    answer: dict[str, float] = json.loads(found.stdout.splitlines()[-1])
    return answer


def _plain(row: AdMetrics) -> dict[str, Any]:
    return {"platform": "meta", "account_id": "act_1", **row._asdict()}


def _url() -> str:
    url = settings().adflux_database_url
    assert url is not None
    return url.get_secret_value()


def _plain_table(connection: psycopg.Connection[Any], kind: str) -> None:
    columns = ", ".join(f"{name} {told}" for name, told in COLUMNS.items())
    connection.execute(f"CREATE {kind} TABLE bare ({columns})")
    connection.commit()


def _settle() -> None:
    """What the server would do at its leisure between two nights is nobody's time."""
    with psycopg.connect(_url(), autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
        connection.execute("CHECKPOINT")


def _peak() -> float:
    # Not getrusage: on Linux its peak starts at the size of the process that started this one.
    told = Path("/proc/self/status").read_text(encoding="ascii")
    return int(told.partition("VmHWM:")[2].split()[0]) / 1024


RUNS: dict[str, Callable[[int], dict[str, float]]] = {
    "first": _first,
    "restated": _restated,
    "again": _again,
    "streamed_first": partial(_streamed, restated=False),
    "streamed": partial(_streamed, restated=True),
    "bare": _bare,
    "bare_prepared": _bare_prepared,
    "sqlalchemy": _sqlalchemy,
    "dlt_parquet": partial(_dlt, way="parquet"),
    "dlt_arrow": partial(_dlt, way="arrow"),
    "dlt_dicts": partial(_dlt, way="dicts"),
}
