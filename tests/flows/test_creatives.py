"""Ads are written and a world is simulated through a real Prefect."""

from __future__ import annotations

from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.sorting import TaskRunSort
from prefect.exceptions import ParameterTypeError
from sqlalchemy import text

from adflux_core import database, reports
from adflux_core.errors import IncompleteError
from adflux_core.settings import settings
from flows.generate_creatives import generate_creatives
from flows.simulate_data import simulate_data
from sandbox.server import Sandbox

pytestmark = pytest.mark.whole


def states() -> list[str | None]:
    """Of every task so far that writes ads, in their order."""
    with get_client(sync_client=True) as client:
        runs = client.read_task_runs(sort=TaskRunSort.END_TIME_DESC)
    return [run.state_name for run in reversed(runs) if run.name.startswith("write ads")]


def test_a_simulated_world_gets_its_ads(
    database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ADFLUX_HOME", str(tmp_path))
    settings.cache_clear()
    made = simulate_data(city="Pasto", postings_count=3, candidates_count=5)
    assert (made.receipt.created, made.candidates) == (3, 5)
    assert made.candidates_file.exists()
    with Sandbox() as world:
        monkeypatch.setenv("GEMINI_BASE_URL", world.gemini_base_url)
        monkeypatch.setenv("GEMINI_API_KEY", world.gemini_api_key)
        settings.cache_clear()
        written = generate_creatives()
        assert [(one.outcome, one.calls) for one in written] == [("ok", 1)] * 3
        assert {row.platform for row in reports.creatives()} == {"meta", "google_ads"}
        assert generate_creatives() == []
        ids = [one.posting_id for one in written]
        assert [(one.outcome, one.calls) for one in generate_creatives(posting_ids=ids)] == [
            ("cached", 0)
        ] * 3
        assert states() == ["Completed", "Cached"]
        with database.connection() as connected:
            connected.execute(text("DELETE FROM adflux.creative_text"))
        assert [(one.outcome, one.calls) for one in generate_creatives(posting_ids=ids)] == [
            ("cached", 0)
        ] * 3
        assert states() == ["Completed", "Cached", "Completed"]
        assert len(reports.creatives()) > 0
        monkeypatch.setenv("GEMINI_API_KEY", "AIzaWrong")
        settings.cache_clear()
        with pytest.raises(IncompleteError, match="templates wrote"):
            generate_creatives(posting_ids=[written[0].posting_id], variants=1)
    with pytest.raises(ParameterTypeError):
        generate_creatives(variants=9)
