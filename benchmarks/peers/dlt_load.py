"""The same rows through dlt, in an environment of its own: it does not share our locked set.

    uv run --script benchmarks/peers/dlt_load.py URL ROWS.pickle WAY

`WAY`: "parquet" (arrow over parquet, upsert: its best), "arrow" and "dicts", both merged as dlt does by
default. The pickle holds two lists of dictionaries, the second a restatement of the first. The first is
loaded untimed, and the server settles as it does for everybody.
Prints one JSON object: seconds from parsed rows to committed, and how many of them went into making arrow.
"""
# /// script
# requires-python = ">=3.11,<3.14"
# dependencies = ["dlt[postgres,parquet]==1.31.0", "adbc-driver-postgresql>=1.6", "pandas>=2.2",
#     "psycopg[binary]>=3.2"]
# ///

from __future__ import annotations

import json
import pickle
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import dlt
import psycopg
import pyarrow as pa

KEY = ["platform", "account_id", "date_day", "ad_id"]
SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("platform", "account_id")),
        ("date_day", pa.date32()),
        *((name, pa.string()) for name in ("ad_id", "ad_group_id", "campaign_id", "currency")),
        *((name, pa.int64()) for name in ("impressions", "clicks", "link_clicks")),
        *((name, pa.decimal128(18, 6)) for name in ("spend", "applications")),
    ]
)


def main(url: str, path: str, way: str) -> None:
    """Load both lists, and say how long the second took."""
    with Path(path).open("rb") as file:
        first, second = pickle.load(file)  # noqa: S301 - our own bench wrote it
    with tempfile.TemporaryDirectory() as folder:
        pipeline = dlt.pipeline(
            "peer",
            pipelines_dir=folder,
            destination=dlt.destinations.postgres(url),
            dataset_name=f"dlt_{way}",
            progress=None,
        )
        _load(pipeline, first, way)
        _settle(url)
        started = time.perf_counter()
        converted = _load(pipeline, second, way)
        seconds = time.perf_counter() - started
        with pipeline.sql_client() as client:
            found = client.execute_sql("SELECT count(*), sum(clicks) FROM ad_metrics")[0]
    if tuple(found) != (len(second), sum(row["clicks"] for row in second)):
        raise SystemExit(f"dlt's table is not what it was given, so its time means nothing: {found}")
    print(json.dumps({"seconds": seconds, "converting": converted}))


def _settle(url: str) -> None:
    """What the server would do at its leisure between two nights is nobody's time."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
        connection.execute("CHECKPOINT")


def _load(pipeline: Any, rows: list[dict[str, Any]], way: str) -> float:
    started = time.perf_counter()
    data: Any = rows if way == "dicts" else pa.Table.from_pylist(rows, schema=SCHEMA)
    converted = time.perf_counter() - started
    hints = {"date_day": {"data_type": "date"}}
    resource = dlt.resource(
        data if way != "dicts" else [data],
        name="ad_metrics",
        primary_key=KEY,
        write_disposition={"disposition": "merge", "strategy": "upsert"} if way == "parquet" else "merge",
        columns=hints if way == "dicts" else None,
    )
    pipeline.run(resource, loader_file_format="parquet" if way == "parquet" else None).raise_on_failed_jobs()
    return converted


if __name__ == "__main__":
    main(*sys.argv[1:])
