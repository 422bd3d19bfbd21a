"""The same flow on a cluster of real Dask workers: the same segments, person by person."""

from __future__ import annotations

from pathlib import Path

import pytest
from candidate_base import fill_base
from dask_cluster import dask_cluster
from distributed import Client
from sqlalchemy import text

from adflux_core import database
from adflux_core.errors import ConfigurationError
from adflux_core.segmentation.answer import Segmentation
from adflux_core.settings import settings
from flows.segment_candidates import segment_candidates
from tasks.runners import runner

pytestmark = pytest.mark.whole


def found_on(address: str, patch: pytest.MonkeyPatch) -> Segmentation:
    patch.setenv("ADFLUX_DASK_SCHEDULER", address)
    settings.cache_clear()
    return segment_candidates.with_options(task_runner=runner())(fewest=3, most=6)


def forget() -> None:
    """As if nobody had trained yet, so that the next training starts from the same."""
    tables = (
        "segment_member",
        "segment_event",
        "segment_in_version",
        "fairness_report",
        "segment",
        "segment_version",
    )
    with database.connection() as connected:
        for table in tables:
            connected.execute(text(f"DELETE FROM adflux.{table}"))  # noqa: S608
        for table in tables[-2:]:
            connected.execute(
                text(f"SELECT setval(pg_get_serial_sequence('adflux.{table}', 'id'), 1, false)")
            )


def kept() -> list[list[tuple[object, ...]]]:
    """All that a training leaves and that says nothing of when."""
    statements = (
        "SELECT * FROM adflux.segment_member ORDER BY candidate_id",
        "SELECT cluster, segment_id, size, profile FROM adflux.segment_in_version ORDER BY 1",
        "SELECT k, data_hash, parameters, card FROM adflux.segment_version",
        "SELECT id, name_es, name_en FROM adflux.segment ORDER BY id",
    )
    with database.connection() as connected:
        return [[tuple(row) for row in connected.execute(text(one))] for one in statements]


def who_measured(address: str) -> list[bool]:
    """Of each worker, whether it had reason to load what measures."""
    with Client(address, set_as_default=False) as client:
        loaded = client.run(eval, "'adflux_core.segmentation.choosing' in __import__('sys').modules")
    return list(loaded.values())


def test_two_workers_find_what_one_machine_finds(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_base(database_url, 1_500)
    here = segment_candidates(fewest=3, most=6)
    alone = kept()
    forget()
    with dask_cluster(tmp_path, workers=2) as address:
        assert not any(who_measured(address))
        there = found_on(address, monkeypatch)
        assert who_measured(address) == [True, True]
    assert there == here
    assert len(alone[0]) == 1_500
    assert kept() == alone


def test_a_cluster_that_is_not_there_is_told_in_one_line(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ConfigurationError, match=r"no scheduler answers at tcp://127.0.0.1:1,"):
        found_on("tcp://127.0.0.1:1", monkeypatch)
