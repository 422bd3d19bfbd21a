"""Other algorithms beside K-means on the same people: how far apart, stable and even their groups are.

An `Algorithm` is a function of people, a number of groups and a seed that says each person's group. K-means
makes the segments; the others show whether the choice of an algorithm made them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
from sklearn.cluster import HDBSCAN, BisectingKMeans, KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score
from sklearn.mixture import GaussianMixture
from sqlalchemy import text
from threadpoolctl import threadpool_limits

from adflux_core import database
from adflux_core.errors import RefusedError
from adflux_core.segmentation import keeping, pipeline, reading
from adflux_core.segmentation.space import Matrix

SAMPLE, SILHOUETTE_SAMPLE = 3_000, 1_000
SMALLEST = 0.02  # of the people: what HDBSCAN takes for a group, since it finds their number by itself
SEEN = 0.8  # of the people that each of the two trainings sees whose agreement is stability
NOBODY = -1

Labels = npt.NDArray[np.intp]


class Algorithm(Protocol):
    """Each person's group from 0, or `NOBODY`. One that finds the number of groups itself ignores `k`."""

    def __call__(self, matrix: Matrix, k: int, seed: int) -> Labels: ...


class Compared(NamedTuple):
    """One algorithm: the groups it found, the share of people in none, and how good the groups are.

    `separation` is the silhouette, `stability` the adjusted Rand index of two trainings on the people both
    saw, `balance` the entropy of the sizes: 1 when all are alike. None where there are fewer than two groups.
    """

    algorithm: str
    k: int
    unassigned: float
    separation: float | None
    stability: float
    balance: float | None


def kmeans(matrix: Matrix, k: int, seed: int) -> Labels:
    return np.asarray(KMeans(k, n_init=4, random_state=seed).fit_predict(matrix))


def gaussian_mixture(matrix: Matrix, k: int, seed: int) -> Labels:
    # Diagonal: a full covariance of sixty columns has more numbers than a small base has people.
    mixture = GaussianMixture(k, covariance_type="diag", reg_covar=1e-3, random_state=seed)
    return np.asarray(mixture.fit_predict(matrix))


def bisecting_kmeans(matrix: Matrix, k: int, seed: int) -> Labels:
    return np.asarray(BisectingKMeans(k, n_init=4, random_state=seed).fit_predict(matrix))


def hdbscan(matrix: Matrix, k: int, seed: int) -> Labels:  # noqa: ARG001
    smallest = max(10, round(SMALLEST * len(matrix)))
    return np.asarray(HDBSCAN(min_cluster_size=smallest, copy=True).fit_predict(matrix))


ALGORITHMS: Mapping[str, Algorithm] = {
    "kmeans": kmeans,
    "gaussian_mixture": gaussian_mixture,
    "bisecting_kmeans": bisecting_kmeans,
    "hdbscan": hdbscan,
}


def compare_algorithm(name: str, version: int, today: date | None = None) -> Compared:
    """One of `ALGORITHMS` on a sample of today's people in the features of the newest version.

    Raises RefusedError when that is another version, or its model cannot be believed.
    """
    day = today or datetime.now(UTC).date()
    with database.connection() as connected, database.connection() as source:
        last = keeping.read_last(connected)
        if last is None or last.id != version or last.model is None:
            raise RefusedError(f"version {version} is not the newest that found segments, or was changed")
        space = pipeline.space_of(last.model)
        reading.take_role(source)
        people = reading.read_sample(source, [feature.name for feature in space.features], day, SAMPLE)
    with threadpool_limits(pipeline.THREADS, "openmp"):
        return measure(name, space.encode(people), last.k, seed=version)


def keep_compared(version: int, found: Sequence[Compared]) -> None:
    """With the version's card."""
    with database.connection() as connected:
        connected.execute(
            text("""UPDATE adflux.segment_version
                    SET card = card || jsonb_build_object('compared', CAST(:found AS jsonb))
                    WHERE id = :id"""),
            {"id": version, "found": json.dumps([one._asdict() for one in found])},
        )


def measure(name: str, matrix: Matrix, k: int, seed: int) -> Compared:
    """One algorithm on these people."""
    labels = ALGORITHMS[name](matrix, k, seed)
    assigned = labels != NOBODY
    sizes = np.bincount(labels[assigned])
    few = np.flatnonzero(assigned)[:: max(1, int(assigned.sum()) // SILHOUETTE_SAMPLE)]
    several = 1 < len(set(labels[few])) < len(few)
    shares = sizes[sizes > 0] / max(int(sizes.sum()), 1)
    return Compared(
        algorithm=name,
        k=len(shares),
        unassigned=round(1 - float(assigned.mean()), 4),
        separation=round(float(silhouette_score(matrix[few], labels[few])), 4) if several else None,
        stability=round(_stability(ALGORITHMS[name], matrix, k, seed), 4),
        balance=round(-float((shares * np.log(shares)).sum()) / float(np.log(len(shares))), 4)
        if len(shares) > 1
        else None,
    )


def _stability(algorithm: Algorithm, matrix: Matrix, k: int, seed: int) -> float:
    chance = np.random.default_rng(seed)
    everybody = len(matrix)
    first, second = (
        np.sort(chance.choice(everybody, int(everybody * SEEN), replace=False)) for _ in range(2)
    )
    told = [np.full(everybody, NOBODY - 1) for _ in range(2)]
    for at, seen in enumerate((first, second)):
        told[at][seen] = algorithm(matrix[seen], k, seed + at + 1)
    both = np.intersect1d(first, second)
    return float(adjusted_rand_score(told[0][both], told[1][both]))
