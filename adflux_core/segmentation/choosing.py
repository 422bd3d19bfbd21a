"""How many segments there are, or that there are none: stable, and more than chance alone would explain.

Three figures for each k, on a sample. Stability: the same people end up together when the training sees
another half of them from another seed (median adjusted Rand index). Separation: silhouette. Explained beyond
chance: the share of variance that the segments explain, less the share that as many segments explain where
each feature was shuffled by itself. Shuffling keeps every feature as it is and destroys what they have to do
with each other; stability alone would call a single yes-or-no question a segment, in pure noise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score
from threadpoolctl import threadpool_limits

from adflux_core.segmentation.pipeline import THREADS
from adflux_core.segmentation.space import Matrix, Space

STABLE = 0.75
BEYOND_CHANCE = 0.03
# By how much a new k must be better before the last one is left: every change of k ends a segment.
WORTH_CHANGING = 0.05
# Of numbers that explain nearly as much the smallest: people have to work with each segment.
NEARLY = 0.02
SAMPLE, SILHOUETTE_SAMPLE = 3_000, 1_000
HALVES, TRIES = 3, 3


class Figures(NamedTuple):
    """What was measured for one k."""

    k: int
    stability: float
    silhouette: float
    explained: float
    beyond_chance: float

    @property
    def holds(self) -> bool:
        return self.stability >= STABLE and self.beyond_chance >= BEYOND_CHANCE


class Trial(NamedTuple):
    """What each k is measured on: people as numbers, nobody's id among them.

    `shuffled` are the same people with every feature dealt out anew; `halves` the rows of each half.
    """

    people: npt.NDArray[np.float64]
    shuffled: npt.NDArray[np.float64]
    halves: Sequence[npt.NDArray[np.intp]]
    seed: int


class Choice(NamedTuple):
    """The k that was chosen, None when no k holds; the figures of each; and a key of `answer.WHY`."""

    k: int | None
    figures: tuple[Figures, ...]
    why: str


def measure_here(trial: Trial, ks: Sequence[int]) -> list[Figures]:
    """One k after another in this process."""
    return [measure(trial, k) for k in ks]


# Figures of each k in the order of the ks, wherever they are worked out.
Measuring = Callable[[Trial, Sequence[int]], Iterable[Figures]]


def choose_k(
    matrix: Matrix,
    space: Space,
    ks: Sequence[int],
    seed: int,
    last_k: int | None = None,
    measuring: Measuring = measure_here,
) -> Choice:
    """Of the k that hold the smallest that explains about most beyond chance; the last while it does, too."""
    trial = _trial(matrix, space, seed)
    figures = tuple(measuring(trial, [k for k in ks if k < len(trial.people) // 10]))
    holding = [one for one in figures if one.holds]
    most = max((one.beyond_chance for one in holding), default=0.0)
    # Segments that are known are found again from where they were, whatever halves from new seeds agree on:
    # on real people that agreement swung from 0.95 to 0.36 while all but 0.1 % stayed together.
    last = next((one for one in figures if one.k == last_k and one.beyond_chance >= BEYOND_CHANCE), None)
    if last is not None and most - last.beyond_chance < WORTH_CHANGING:
        return Choice(last.k, figures, "as_last")
    if not holding:
        return Choice(None, figures, "none_holds")
    best = min((one for one in holding if one.beyond_chance >= most - NEARLY), key=lambda one: one.k)
    return Choice(best.k, figures, "smallest_of_best")


def measure(trial: Trial, k: int) -> Figures:
    """One k; the same trial gives the same figures in every process with the same libraries."""
    matrix, seed = trial.people, trial.seed
    with threadpool_limits(THREADS, "openmp"):
        labels = [
            KMeans(k, n_init=TRIES, random_state=seed + number).fit(matrix[half]).predict(matrix)
            for number, half in enumerate(trial.halves)
        ]
        stability = float(np.median([adjusted_rand_score(*two) for two in combinations(labels, 2)]))
        whole = KMeans(k, n_init=TRIES, random_state=seed).fit(matrix)
        explained = _explained(matrix, whole)
        by_chance = _explained(trial.shuffled, KMeans(k, n_init=TRIES, random_state=seed).fit(trial.shuffled))
    few = slice(None, None, max(1, len(matrix) // SILHOUETTE_SAMPLE))
    seen = whole.labels_[few]
    separation = float(silhouette_score(matrix[few], seen)) if 1 < len(set(seen)) < len(seen) else 0.0
    return Figures(k, *(round(one, 4) for one in (stability, separation, explained, explained - by_chance)))


def _trial(matrix: Matrix, space: Space, seed: int) -> Trial:
    chance = np.random.default_rng(seed)
    if len(matrix) > SAMPLE:
        matrix = matrix[np.sort(chance.choice(len(matrix), SAMPLE, replace=False))]
    shuffled = _shuffled(matrix, space, chance)
    halves = [np.sort(chance.choice(len(matrix), len(matrix) // 2, replace=False)) for _ in range(HALVES)]
    # So many short fits spend their time on converting single precision, as scikit-learn does for distances.
    return Trial(matrix.astype(np.float64), shuffled.astype(np.float64), halves, seed)


def _explained(matrix: npt.NDArray[np.float64], fitted: KMeans) -> float:
    total = float(matrix.var(axis=0, dtype=np.float64).sum()) * len(matrix)
    return 1 - float(fitted.inertia_) / total if total else 0.0


def _shuffled(matrix: Matrix, space: Space, chance: np.random.Generator) -> Matrix:
    """Each feature dealt out anew, all of its columns together."""
    dealt = np.empty_like(matrix)
    at = 0
    for feature in space.features:
        columns = slice(at, at + feature.width)
        dealt[:, columns] = matrix[chance.permutation(len(matrix)), columns]
        at += feature.width
    return dealt
