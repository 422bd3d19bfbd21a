"""The model: one scikit-learn pipeline, warm from the last one, stored by skops, never unpickled."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any
from zipfile import BadZipFile

import numpy as np
import pandas as pd
import sklearn
import skops
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.cluster import KMeans
from sklearn.pipeline import Pipeline
from skops.io import dumps, get_untrusted_types, loads
from threadpoolctl import threadpool_limits

from adflux_core.errors import RefusedError
from adflux_core.segmentation.space import Matrix, Space

# Threads add up in the order they finish, so the same data would differ in its last bits; and beside other
# programs they wait for each other longer than they work.
THREADS = 1
LIBRARIES = {"scikit-learn": sklearn.__version__, "skops": skops.__version__}


class Encoder(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """People to numbers by a `Space`, kept as JSON so that the stored model holds only plain values."""

    def __init__(self, space_json: str) -> None:
        self.space_json = space_json

    def fit(self, _people: pd.DataFrame, _labels: object = None) -> Encoder:
        return self

    def transform(self, people: pd.DataFrame) -> Matrix:
        return self.space.encode(people)

    def __sklearn_is_fitted__(self) -> bool:
        return True

    @property
    def space(self) -> Space:
        return Space.model_validate_json(self.space_json)


TRUSTED = {f"{Encoder.__module__}.{Encoder.__qualname__}"}


def fit_model(space: Space, matrix: Matrix, k: int, seed: int, last: Pipeline | None) -> Pipeline:
    """K-means on people that are encoded already; from the centres of `last` where it had as many."""
    start: Any = None if last is None else moved_centres(last, space)
    warm = start is not None and len(start) == k
    kmeans = KMeans(k, init=start if warm else "k-means++", n_init=1 if warm else 4, random_state=seed)
    with threadpool_limits(THREADS, "openmp"):
        kmeans.fit(matrix)
    return Pipeline([("encode", Encoder(space.model_dump_json())), ("segment", kmeans)])


def space_of(model: Pipeline) -> Space:
    """The feature space the model was trained in."""
    space: Space = model.named_steps["encode"].space
    return space


def moved_centres(model: Pipeline, space: Space) -> Matrix:
    """The model's centres in another space: the same average people, by what they have and not by column."""
    old = space_of(model)
    centres = model.named_steps["segment"].cluster_centers_
    told: dict[tuple[str, str], np.ndarray] = {}
    at = 0
    for feature in old.features:
        for word in feature.words or ("",):
            told[feature.name, word] = centres[:, at] / feature.scale + feature.centre
            at += 1
    columns = []
    for feature in space.features:
        for word in feature.words or ("",):
            here = told.get((feature.name, word), np.full(len(centres), feature.centre))
            columns.append((here - feature.centre) * feature.scale)
    return np.array(columns, np.float32).T.copy()


def store(model: Pipeline) -> tuple[bytes, bytes]:
    """The model as a skops file, and its SHA-256."""
    content: bytes = dumps(model)
    return content, hashlib.sha256(content).digest()


def load(content: bytes, digest: bytes, libraries: Mapping[str, str]) -> Pipeline:
    """A stored model; `libraries` is what wrote it. Raises RefusedError when it was changed or is foreign."""
    if hashlib.sha256(content).digest() != digest:
        raise RefusedError("the stored model was changed after it was written")
    if libraries != LIBRARIES:
        raise RefusedError(f"the stored model was written by {dict(libraries)}, and here is {LIBRARIES}")
    try:
        unknown = set(get_untrusted_types(data=content)) - TRUSTED
    except (ValueError, KeyError, BadZipFile):
        raise RefusedError("the stored model is no skops file") from None
    if unknown:
        raise RefusedError(f"the stored model holds {min(unknown)}, which none of ours does")
    model = loads(content, trusted=sorted(TRUSTED))
    if not isinstance(model, Pipeline) or set(model.named_steps) != {"encode", "segment"}:
        raise RefusedError("the stored model is no pipeline of ours")
    return model
