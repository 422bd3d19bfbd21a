"""Ads are written and a world is simulated through a real Prefect."""

from __future__ import annotations

from pathlib import Path

import pytest
from prefect.exceptions import ParameterTypeError

from adflux_core import reports
from adflux_core.errors import IncompleteError
from adflux_core.settings import settings
from flows.generate_creatives import generate_creatives
from flows.simulate_data import simulate_data
from sandbox.server import Sandbox

pytestmark = pytest.mark.whole


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
        monkeypatch.setenv("GEMINI_API_KEY", "AIzaWrong")
        settings.cache_clear()
        with pytest.raises(IncompleteError, match="templates wrote"):
            generate_creatives(posting_ids=[written[0].posting_id], variants=1)
    with pytest.raises(ParameterTypeError):
        generate_creatives(variants=9)
