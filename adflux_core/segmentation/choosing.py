"""How many segments there are, or that there are none: stable, and more than chance alone would explain.

Three figures for each k, on a sample. Stability: the same people end up together when the training sees
another half of them from another seed (median adjusted Rand index). Separation: silhouette. Explained beyond
chance: the share of variance that the segments explain, less the share that as many segments explain where
each feature was shuffled by itself. Shuffling keeps every feature as it is and destroys what they have to do
with each other; stability alone would call a single yes-or-no question a segment, in pure noise.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score

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


class Choice(NamedTuple):
    """The k that was chosen, None when no k holds; the figures of each; and a key of `answer.WHY`."""

    k: int | None
    figures: tuple[Figures, ...]
    why: str


def choose_k(matrix: Matrix, space: Space, ks: Sequence[int], seed: int, last_k: int | None = None) -> Choice:
    """Of the k that hold the smallest that explains about most beyond chance; the last while it does, too."""
    chance = np.random.default_rng(seed)
    if len(matrix) > SAMPLE:
        matrix = matrix[np.sort(chance.choice(len(matrix), SAMPLE, replace=False))]
    shuffled = _shuffled(matrix, space, chance)
    halves = [np.sort(chance.choice(len(matrix), len(matrix) // 2, replace=False)) for _ in range(HALVES)]
    figures = tuple(_measure(matrix, shuffled, halves, k, seed) for k in ks if k < len(matrix) // 10)
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


def _measure(matrix: Matrix, shuffled: Matrix, halves: Sequence[np.ndarray], k: int, seed: int) -> Figures:
    labels = [
        KMeans(k, n_init=TRIES, random_state=seed + number).fit(matrix[half]).predict(matrix)
        for number, half in enumerate(halves)
    ]
    stability = float(np.median([adjusted_rand_score(one, other) for one, other in combinations(labels, 2)]))
    whole = KMeans(k, n_init=TRIES, random_state=seed).fit(matrix)
    explained = _explained(matrix, whole)
    by_chance = _explained(shuffled, KMeans(k, n_init=TRIES, random_state=seed).fit(shuffled))
    few = slice(None, None, max(1, len(matrix) // SILHOUETTE_SAMPLE))
    seen = whole.labels_[few]
    separation = float(silhouette_score(matrix[few], seen)) if 1 < len(set(seen)) < len(seen) else 0.0
    return Figures(k, *(round(one, 4) for one in (stability, separation, explained, explained - by_chance)))


def _explained(matrix: Matrix, fitted: KMeans) -> float:
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
