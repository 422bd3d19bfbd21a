"""Four algorithms on the same people: each finds what is plainly there, and the figures tell them apart."""

from __future__ import annotations

import numpy as np
import pytest
from candidate_base import fill_base

from adflux_core import reports
from adflux_core.errors import RefusedError
from adflux_core.segmentation.comparing import ALGORITHMS, compare_algorithm, keep_compared, measure
from adflux_core.segmentation.space import Matrix
from adflux_core.segmentation.training import segment_candidates


def blobs(*sizes: int) -> Matrix:
    chance = np.random.default_rng(1)
    parts = [chance.normal(size=(size, 4)) * 0.3 + 5 * at for at, size in enumerate(sizes)]
    return np.vstack(parts).astype(np.float32)


@pytest.mark.parametrize("name", ALGORITHMS)
def test_what_is_plainly_there_is_found(name: str) -> None:
    matrix = blobs(200, 200, 200)
    found = measure(name, matrix, 3, seed=7)
    assert (found.algorithm, found.k) == (name, 3)
    assert found.separation is not None
    assert found.separation > 0.8
    assert found.stability > 0.95


def test_uneven_sizes_are_told_and_one_cloud_is_no_group_of_hdbscan() -> None:
    uneven = measure("kmeans", blobs(570, 30), 2, seed=7)
    assert uneven.balance is not None
    assert uneven.balance < 0.4
    cloud = measure("hdbscan", blobs(600), 3, seed=7)
    assert (cloud.k, cloud.separation, cloud.unassigned) == (0, None, 1.0)
    cut = measure("kmeans", blobs(600), 3, seed=7).separation
    assert cut is not None
    assert cut < 0.25


def test_they_are_kept_with_the_version_and_never_of_a_refusal(database_url: str) -> None:
    fill_base(database_url, 150)
    refused = segment_candidates()
    with pytest.raises(RefusedError, match="not the newest"):
        compare_algorithm("kmeans", refused.version)
    fill_base(database_url, 1_350, first=150)
    version = segment_candidates(k_range=(4, 6)).version
    found = [compare_algorithm(name, version) for name in ALGORITHMS]
    keep_compared(version, found)
    assert found[0].k == reports.segment_versions()[0].k
    assert reports.segment_versions()[0].compared == [one._asdict() for one in found]
