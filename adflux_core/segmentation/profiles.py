"""What a segment is like: its size, what sets it apart, a map; only of what at least ten people share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sklearn.decomposition import PCA

from adflux_core.segmentation.space import FEWEST, Kind, Matrix, Space, numbers, word_shares

STANDS_OUT = 1.15  # times as frequent as in everybody
MOST_TRAITS = 8
CELLS = 28  # to a side of the map


class Trait(NamedTuple):
    """One thing that sets a segment apart.

    A word has its share here and how many times as frequent it is as in everybody; a number its median here
    and everybody's. `strength` orders traits of both kinds.
    """

    feature: str
    word: str | None
    share: float | None
    lift: float | None
    median: float | None
    everybody: float | None
    strength: float

    @property
    def above(self) -> bool:
        return self.median is not None and self.everybody is not None and self.median > self.everybody


def traits(people: pd.DataFrame, space: Space, labels: np.ndarray, k: int) -> list[list[Trait]]:
    """For each cluster what sets it apart, strongest first."""
    found: list[list[Trait]] = [[] for _ in range(k)]
    for feature in space.features:
        if feature.words:
            _word_traits(people, feature.name, labels, found, space)
        else:
            values = numbers(people[feature.name], feature)
            shown = np.expm1(values) if feature.kind is Kind.LOGARITHM else values
            _number_traits(feature.name, values, shown, labels, found)
    return [sorted(one, key=lambda trait: (-trait.strength, trait.feature))[:MOST_TRAITS] for one in found]


def _word_traits(
    people: pd.DataFrame, name: str, labels: np.ndarray, found: list[list[Trait]], space: Space
) -> None:
    feature = next(one for one in space.features if one.name == name)
    has = word_shares(people[name], feature)
    everybody = has.mean(axis=0)
    for cluster, here in enumerate(found):
        inside = has[labels == cluster]
        for at, word in enumerate(feature.words):
            share = float(inside[:, at].mean()) if len(inside) else 0.0
            lift = share / max(float(everybody[at]), 1e-9)
            if lift >= STANDS_OUT and share * len(inside) >= FEWEST:
                strength = share * float(np.log2(lift))
                here.append(
                    Trait(name, word, round(share, 3), round(lift, 2), None, None, round(strength, 4))
                )


def _number_traits(
    name: str, values: np.ndarray, shown: np.ndarray, labels: np.ndarray, found: list[list[Trait]]
) -> None:
    known = np.isfinite(values)
    spread = max(float(values[known].std()), 1e-9)
    for cluster, here in enumerate(found):
        inside = known & (labels == cluster)
        if inside.sum() < FEWEST:
            continue
        distance = abs(float(values[inside].mean() - values[known].mean())) / spread
        if distance < 0.4:
            continue
        median, everybody = float(np.median(shown[inside])), float(np.median(shown[known]))
        if median == everybody:  # the middle is the same; the mean tells which way
            median, everybody = float(shown[inside].mean()), float(shown[known].mean())
        here.append(
            Trait(name, None, None, None, round(median, 2), round(everybody, 2), round(distance / 2, 4))
        )


def draw_map(matrix: Matrix, labels: np.ndarray, k: int) -> dict[str, Any]:
    """The plane in which the segments differ most: centres, and cells with how many of a cluster are in each.

    A cell with fewer than ten people of a cluster is left out: a point on a map is somebody.
    """
    middles = np.stack([matrix[labels == cluster].mean(axis=0) for cluster in range(k)])
    plane = PCA(2, random_state=0, svd_solver="full").fit(middles[labels])
    at = plane.transform(matrix)
    low, high = np.quantile(at, [0.005, 0.995], axis=0)
    step = np.maximum((high - low) / CELLS, 1e-9)
    cell = np.clip(((at - low) / step).astype(int), 0, CELLS - 1)
    spots, numbers_in = np.unique(np.column_stack([cell, labels]), axis=0, return_counts=True)
    cells = [
        [*(round(float(one), 3) for one in low + (spot[:2] + 0.5) * step), int(spot[2]), int(number)]
        for spot, number in zip(spots, numbers_in, strict=True)
        if number >= FEWEST
    ]
    centres = [[round(float(one), 3) for one in at[labels == cluster].mean(axis=0)] for cluster in range(k)]
    return {
        "centres": centres,
        "cells": cells,
    }


def as_json(found: Sequence[Trait]) -> list[dict[str, Any]]:
    """The traits as a profile keeps them."""
    return [{**trait._asdict(), "above": trait.above} for trait in found]
