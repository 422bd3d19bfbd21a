"""Segments through a real Prefect: found, shown, and held beside what other algorithms find."""

from __future__ import annotations

import pytest
from candidate_base import fill_base

from adflux_core import reports
from adflux_core.segmentation.comparing import ALGORITHMS
from flows.segment_candidates import segment_candidates

pytestmark = pytest.mark.whole


def test_a_version_is_kept_with_what_other_algorithms_find(database_url: str) -> None:
    fill_base(database_url, 1_500)
    found = segment_candidates(fewest=3, most=6)
    assert found.segments
    (version,) = reports.segment_versions()
    assert (version.id, version.k) == (found.version, len(found.segments))
    assert [one["algorithm"] for one in version.compared] == list(ALGORITHMS)
