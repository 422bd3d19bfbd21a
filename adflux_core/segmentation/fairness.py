"""Fairness: what a feature gives away of what the law protects, and whom a segment leaves out.

The only code that reads protected attributes. It takes the role `adflux_audit` on a connection of its own
and hands back figures about groups of at least a hundred people, never a person's attribute.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import fisher_exact
from sklearn.metrics import roc_auc_score
from sqlalchemy import Connection, text

from adflux_core.segmentation.space import Matrix, Space

WARNS, BLOCKS = 0.65, 0.8  # area under the curve
FOUR_FIFTHS = 0.8
FEWEST = 100  # people of a group: below it the ratio of a fair segment is under four fifths most of the time
SAMPLE = 10_000
OLDER = 40  # from this age on the law of many places protects
ATTRIBUTES = ("gender", "marital_status", "origin", "health")

Groups = dict[str, dict[str, npt.NDArray[np.bool_]]]


class Proxy(NamedTuple):
    """How well one feature alone tells a protected group; `verdict`: warns or blocks."""

    feature: str
    attribute: str
    group: str
    auc: float
    verdict: str


class Impact(NamedTuple):
    """How often people of a group are in a segment, held against the group that is there most often.

    `low` and `high` are the 95 % interval of the ratio (logarithmic), `p` Fisher's exact test; `verdict`:
    fair, adverse (below four fifths beyond chance), uncertain, or insufficient data.
    """

    cluster: int
    attribute: str
    group: str
    people: int
    ratio: float | None
    low: float | None
    high: float | None
    p: float | None
    verdict: str


def read_groups(connected: Connection, candidates: npt.NDArray[np.int64]) -> Groups:
    """For each attribute and each of its values, who of these candidates has it; who says nothing is in none.

    Takes the audit's role until the end of the transaction.
    """
    connected.execute(text("SET LOCAL ROLE adflux_audit"))
    rows = connected.execute(
        text("""SELECT candidate_id, age, gender, marital_status, origin, health
                FROM adflux_protected.candidate_attribute WHERE candidate_id = ANY(:ids)"""),
        {"ids": candidates.tolist()},
    )
    told = pd.DataFrame(rows.all(), columns=["candidate_id", "age", *ATTRIBUTES]).set_index("candidate_id")
    told = told.reindex(candidates)
    age = pd.to_numeric(told["age"])
    groups: Groups = {
        "age": {f"under {OLDER}": (age < OLDER).to_numpy(), f"{OLDER} or more": (age >= OLDER).to_numpy()}
    }
    for name in ATTRIBUTES:
        values = sorted(str(value) for value in told[name].dropna().unique())
        groups[name] = {value: (told[name] == value).to_numpy() for value in values}
    return {name: parts for name, parts in groups.items() if any(part.any() for part in parts.values())}


def audit_features(space: Space, matrix: Matrix, groups: Groups) -> list[Proxy]:
    """Features that tell a protected group better than they should, worst first."""
    found = []
    at = 0
    for feature in space.features:
        block = matrix[:, at : at + feature.width].astype(np.float64)
        at += feature.width
        for attribute, group, inside, known in _large(groups):
            auc = _auc(block[known], inside[known])
            if auc > WARNS:
                verdict = "blocks" if auc > BLOCKS else "warns"
                found.append(Proxy(feature.name, attribute, group, round(auc, 3), verdict))
    return sorted(found, key=lambda one: -one.auc)


def audit_segments(labels: npt.NDArray[np.int32], k: int, groups: Groups) -> list[Impact]:
    """Four fifths for each segment and group."""
    found = []
    for attribute, parts in groups.items():
        sizes = {group: int(inside.sum()) for group, inside in parts.items()}
        for cluster in range(k):
            here = labels == cluster
            inside = {group: int((here & part).sum()) for group, part in parts.items()}
            enough = [group for group, size in sizes.items() if size >= FEWEST]
            best = max(enough, key=lambda group: inside[group] / sizes[group], default=None)
            for group, people in sizes.items():
                if best is None or group not in enough or len(enough) < 2:
                    found.append(
                        Impact(cluster, attribute, group, people, None, None, None, None, "insufficient data")
                    )
                elif group != best:
                    figures = _compare(inside[group], people, inside[best], sizes[best])
                    found.append(Impact(cluster, attribute, group, people, *figures))
    return found


def blocked(proxies: Sequence[Proxy]) -> set[str]:
    """The features that may not be used."""
    return {one.feature for one in proxies if one.verdict == "blocks"}


def _large(groups: Groups) -> Iterator[tuple[str, str, npt.NDArray[np.bool_], npt.NDArray[np.bool_]]]:
    """Each group of at least a hundred that as many others face; of two that face each other, one."""
    for attribute, parts in groups.items():
        known = np.any(list(parts.values()), axis=0)
        seen = list(parts.items())[: 1 if len(parts) == 2 else None]
        for group, inside in seen:
            if inside.sum() >= FEWEST and (known & ~inside).sum() >= FEWEST:
                yield attribute, group, inside, known


def _auc(block: npt.NDArray[np.float64], inside: npt.NDArray[np.bool_]) -> float:
    """How well the block tells the group, each half predicted from the other by least squares."""
    columns = np.column_stack([np.ones(len(block)), block, *([block**2] if block.shape[1] == 1 else [])])
    scores = np.empty(len(block))
    even = np.arange(len(block)) % 2 == 0
    for learn, tell in ((even, ~even), (~even, even)):
        weights, *_ = np.linalg.lstsq(columns[learn], inside[learn].astype(np.float64), rcond=None)
        scores[tell] = columns[tell] @ weights
    return float(roc_auc_score(inside, scores))


def _compare(here: int, people: int, best: int, others: int) -> tuple[float, float, float, float, str]:
    ratio = (here / people) / (best / others) if best else 1.0
    # Half a person more in each cell keeps the interval finite where nobody is.
    spread = np.sqrt(1 / (here + 0.5) - 1 / (people + 0.5) + 1 / (best + 0.5) - 1 / (others + 0.5))
    middle = np.log(((here + 0.5) / (people + 0.5)) / ((best + 0.5) / (others + 0.5)))
    low, high = float(np.exp(middle - 1.96 * spread)), float(np.exp(middle + 1.96 * spread))
    p = float(fisher_exact([[here, people - here], [best, others - best]])[1])
    verdict = "fair" if ratio >= FOUR_FIFTHS else "adverse" if p < 0.05 else "uncertain"
    return round(ratio, 3), round(low, 3), round(high, 3), round(p, 5), verdict
