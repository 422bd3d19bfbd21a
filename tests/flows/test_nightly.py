"""The night's work through a real Prefect: every account read, then the segments; on old numbers nothing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from candidate_base import fill_base
from google_settings import configure_google
from meta_settings import configure

from adflux_core import reports
from adflux_core.errors import IncompleteError
from flows.nightly import nightly
from sandbox.server import Sandbox

pytestmark = pytest.mark.whole


def test_nothing_is_computed_on_old_numbers_and_nothing_twice(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_base(database_url, 400)
    with Sandbox(today=date(2026, 10, 5), seed=7, google_ads=True) as both:
        configure(both, monkeypatch)
        configure_google(both, monkeypatch)
        today = both.clock.today
        fault = {"method": "GET", "path": "act_", "times": 9, "kind": "revoked_token"}
        both.control("POST", "faults", fault)
        with pytest.raises(IncompleteError, match=r"last night is not read: meta act_.*; Meta") as refused:
            nightly(today=today)
        assert isinstance(refused.value.answer, list)
        assert {one["platform"]: one["read_at"] is None for one in refused.value.answer} == {
            "meta": True,
            "google_ads": False,
        }
        assert reports.segment_versions() == []
        both.control("DELETE", "faults")
        assert all(night.read_at for night in nightly(today=today))
        assert len(reports.segment_versions()) == 1
        assert nightly(today=today) == nightly(today=today)
        assert len(reports.segment_versions()) == 1
        both.control("POST", "clock", {"advance_days": 1})
        nightly(today=today + timedelta(days=1))
    assert len(reports.segment_versions()) == 2
