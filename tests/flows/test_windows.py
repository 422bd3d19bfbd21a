"""Numbers are read window by window, a task each: one that fails neither stops nor hides another."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from google_settings import configure_google
from meta_settings import configure
from sqlalchemy import text

from adflux_core import database
from adflux_core.errors import IncompleteError
from adflux_core.metrics.gaps import HEALED_DAYS
from adflux_core.metrics.windows import MOST
from adflux_core.platforms import REGISTRY
from flows.sync_metrics import sync_metrics
from sandbox.server import Sandbox

pytestmark = pytest.mark.whole
TODAY = date(2026, 10, 1)
MONTHS = [
    (TODAY - timedelta(days=30 * number + 30), TODAY - timedelta(days=30 * number + 1)) for number in range(3)
]


def readings(run_id: str) -> list[tuple[Any, ...]]:
    """The receipts of a run in the order in which they were written."""
    with database.transaction() as session:
        asked = """
            SELECT platform, since, until, complete FROM adflux.metrics_slice WHERE run_id = :run ORDER BY id
        """
        return [tuple(row) for row in session.execute(text(asked), {"run": run_id})]


@pytest.mark.usefixtures("database_url")
@pytest.mark.parametrize("kind", ["revoked_token", "graph_error"])
def test_a_window_that_fails_neither_stops_nor_hides_the_others(
    monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    with Sandbox(today=TODAY, seed=7, google_ads=True) as both:
        configure(both, monkeypatch)
        configure_google(both, monkeypatch)
        # Each window of Meta's takes two questions: that of the second of them is refused.
        fault = {"method": "GET", "path": r"act_\d+/insights$", "kind": kind, "skip": 2, "times": 1}
        if kind == "graph_error":
            fault |= {"code": 100, "http_status": 400}
        both.control("POST", "faults", fault)
        state = sync_metrics(today=TODAY, days=90, return_state=True)
        assert isinstance(state.result(raise_on_failure=False), IncompleteError)
    told = readings(str(state.state_details.flow_run_id))
    assert told[:6] == [
        (platform, *month, (platform, month) != ("meta", MONTHS[1]))
        for month in MONTHS
        for platform in ("meta", "google_ads")
    ]
    # What failed is a gap by then, and read once more, as much of it as a run has time for.
    healed = {one[1] + timedelta(number) for one in told[6:] for number in range((one[2] - one[1]).days + 1)}
    assert healed == {MONTHS[1][1] - timedelta(number) for number in range(HEALED_DAYS)}
    assert {(one[0], one[3]) for one in told[6:]} == {("meta", True)}


def test_the_longest_stretch_of_every_platform_is_within_what_prefect_takes() -> None:
    beside = 6  # tasks of a platform that are not windows
    assert (MOST + beside) * len(REGISTRY) + 4 <= 200
