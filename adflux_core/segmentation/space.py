"""The feature space: which facts may count, and how each becomes numbers that weigh alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import BaseModel, ConfigDict

from adflux_core.errors import InputError

Matrix = npt.NDArray[np.float32]

LONGEST_VOCABULARY = 24  # words of one feature that get a column of their own
FLAG_WEIGHT = 0.5  # a question of yes or no would otherwise cut every group in two
RAREST = 0.005  # the smallest share of people a word must have for that
FEWEST = 10  # and the fewest people, so that no column tells of one person


class Kind(StrEnum):
    """How a feature is read: a number as it is or by its logarithm, a grade, a word, a list of words."""

    NUMBER = "number"
    LOGARITHM = "logarithm"
    GRADE = "grade"
    FLAG = "flag"
    WORD = "word"
    LIST = "list"


FeatureName = Literal[
    "years_experience",
    "relevant_experience",
    "education",
    "field_of_study",
    "studying",
    "occupation",
    "sector",
    "seniority",
    "skills",
    "languages",
    "country",
    "region",
    "city",
    "employer_size",
    "years_since_change",
    "training_hours",
    "hours_per_week",
    "salary_expectation",
    "availability_days",
]
# The allow-list. What is not here never enters a model; nothing the law protects may be added to it.
ALLOWED: Mapping[str, Kind] = {
    "years_experience": Kind.NUMBER,
    "relevant_experience": Kind.FLAG,
    "education": Kind.GRADE,
    "field_of_study": Kind.WORD,
    "studying": Kind.WORD,
    "occupation": Kind.WORD,
    "sector": Kind.WORD,
    "seniority": Kind.GRADE,
    "skills": Kind.LIST,
    "languages": Kind.LIST,
    "country": Kind.WORD,
    "region": Kind.WORD,
    "city": Kind.WORD,
    "employer_size": Kind.LOGARITHM,
    "years_since_change": Kind.NUMBER,
    "training_hours": Kind.LOGARITHM,
    "hours_per_week": Kind.NUMBER,
    "salary_expectation": Kind.LOGARITHM,
    "availability_days": Kind.LOGARITHM,
}
GRADES = {
    "education": ("none", "primary", "secondary", "technical", "bachelor", "master", "doctorate"),
    "seniority": ("intern", "junior", "mid", "senior", "lead", "director"),
}
WORDS = {Kind.WORD, Kind.LIST}


class Feature(BaseModel):
    """One feature as it was learned: its columns, and what brings its total variance to one.

    `words` are the columns of a word or list; a number has one column, `centre` standing in where it is
    missing. A list weighs what one of its words does.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    kind: Kind
    scale: float
    centre: float = 0.0
    low: float = 0.0
    high: float = 0.0
    words: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        return len(self.words) or 1


class Space(BaseModel):
    """The features of one model, in the order of their columns."""

    model_config = ConfigDict(frozen=True)

    features: tuple[Feature, ...]

    @property
    def width(self) -> int:
        return sum(feature.width for feature in self.features)

    def without(self, names: Collection[str]) -> Space:
        """The same space less these features."""
        return Space(features=tuple(feature for feature in self.features if feature.name not in names))

    def encode(self, people: pd.DataFrame) -> Matrix:
        """(people, columns) of float32; the same people give the same bytes."""
        matrix = np.zeros((len(people), self.width), np.float32)
        at = 0
        for feature in self.features:
            part = matrix[:, at : at + feature.width]
            if feature.words:
                part[:] = _marked(people[feature.name], feature)
            else:
                values = np.nan_to_num(numbers(people[feature.name], feature), nan=feature.centre)
                np.clip(values, feature.low, feature.high, out=values)
                part[:, 0] = (values - feature.centre) * feature.scale
            at += feature.width
        return matrix


def allowed(names: Sequence[str]) -> tuple[str, ...]:
    """These features, or all of the list when none is named. Raises InputError on one that is not on it."""
    foreign = [name for name in names if name not in ALLOWED]
    if foreign:
        raise InputError(f"{foreign[0]!r} may not be a feature: choose from {', '.join(ALLOWED)}")
    return tuple(names) or tuple(ALLOWED)


def learn_space(people: pd.DataFrame, names: Sequence[str]) -> Space:
    """What can be learned of these features from these people; what says nothing is left out."""
    learned = (
        _learn_words(name, people[name]) if ALLOWED[name] in WORDS else _learn_number(name, people[name])
        for name in ALLOWED
        if name in names
    )
    return Space(features=tuple(feature for feature in learned if feature is not None))


def word_shares(column: pd.Series, feature: Feature) -> npt.NDArray[np.bool_]:
    """(people, words): who has which word of a feature."""
    return _marked(column, feature) > 0


def numbers(column: pd.Series, feature: Feature) -> npt.NDArray[np.float64]:
    """The column as numbers, missing ones NaN."""
    return _numbers(column, feature.name, feature.kind)


def _numbers(column: pd.Series, name: str, kind: Kind) -> npt.NDArray[np.float64]:
    if kind is Kind.GRADE:
        grades = {word: float(grade) for grade, word in enumerate(GRADES[name])}
        return _of_words(column, grades)
    if kind is Kind.FLAG:
        return _of_words(column, {"t": 1.0, "f": 0.0})
    values = column.to_numpy(np.float64, copy=True)
    return np.log1p(values) if kind is Kind.LOGARITHM else values


def _of_words(column: pd.Series, values: dict[str, float]) -> npt.NDArray[np.float64]:
    words = column.astype("category")
    by_code = np.array([values.get(str(word), np.nan) for word in words.cat.categories] + [np.nan])
    return by_code[words.cat.codes.to_numpy()]


def _learn_number(name: str, column: pd.Series) -> Feature | None:
    values = _numbers(column, name, ALLOWED[name])
    known = values[np.isfinite(values)]
    if len(known) < FEWEST:
        return None
    low, centre, high = np.quantile(known, [0.01, 0.5, 0.99])
    filled = np.clip(np.where(np.isfinite(values), values, centre), low, high)
    spread = float(filled.std())
    if spread < 1e-9:
        return None
    # Around the mean of what is believed, so that a missing value is an average one.
    return Feature(
        name=name,
        kind=ALLOWED[name],
        scale=(FLAG_WEIGHT if ALLOWED[name] is Kind.FLAG else 1) / spread,
        centre=float(np.clip(known, low, high).mean()),
        low=float(low),
        high=float(high),
    )


def _learn_words(name: str, column: pd.Series) -> Feature | None:
    kind = ALLOWED[name]
    said, codes = _said(column, kind)
    counts: Counter[str] = Counter()
    for words, people in zip(said, np.bincount(codes, minlength=len(said)), strict=True):
        for word in words:
            counts[word] += int(people)
    least = max(FEWEST, RAREST * len(column))
    # Of equal counts the first in the alphabet, or the same data could give two models.
    kept = sorted((-count, word) for word, count in counts.items() if least <= count)[:LONGEST_VOCABULARY]
    shares = np.array([-count / len(column) for count, _ in kept])
    variance = float((shares * (1 - shares)).sum())
    if variance < 1e-3:
        return None
    return Feature(
        name=name, kind=kind, scale=1 / variance**0.5, words=tuple(sorted(word for _, word in kept))
    )


def _marked(column: pd.Series, feature: Feature) -> Matrix:
    """Who has which word; each different cell is looked at once, however many people have it."""
    place = {word: at for at, word in enumerate(feature.words)}
    said, codes = _said(column, feature.kind)
    rows = np.zeros((len(said), len(place)), np.float32)
    for at, words in enumerate(said):
        for word in words:
            if word in place:
                rows[at, place[word]] = feature.scale
    return rows[codes]


def _said(column: pd.Series, kind: Kind) -> tuple[list[set[str]], npt.NDArray[np.intp]]:
    """The words of each different cell, the last for nothing; and for each person which cell it is.

    A list comes as words joined by U+001F.
    """
    cells = column.astype("category")
    said = [
        set(str(cell).split("\x1f")) if kind is Kind.LIST else {str(cell)} for cell in cells.cat.categories
    ]
    codes = cells.cat.codes.to_numpy().astype(np.intp)
    codes[codes < 0] = len(said)
    return [*said, set()], codes
