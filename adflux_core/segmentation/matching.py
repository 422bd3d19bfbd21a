"""Who a new cluster is: matched to the segments of the last version by the people they share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

# A cluster that shares less with the segment it is matched to is somebody new.
SAME = 0.3  # of the people of either (Jaccard)
PART = 0.25  # of a segment's people, to speak of a split
WHOLE = 0.5  # of a segment's people, to speak of its end in a merge


class Event(NamedTuple):
    """A change of identities; `segment` is None for a birth until it has its id."""

    kind: str  # birth, death, split, merge
    segment: int | None
    cluster: int | None
    shares: Mapping[int, float]  # the other side: clusters of a split, segments of a merge


class Matched(NamedTuple):
    """Each cluster's segment (None: a new one), what changed, and how many of the shared kept theirs."""

    segments: Sequence[int | None]
    events: Sequence[Event]
    kept: int
    shared: int


def match(overlap: npt.NDArray[np.int64], segments: Sequence[int]) -> Matched:
    """`overlap[i, j]`: how many people of segment `segments[i]` are now in cluster j.

    The assignment that keeps most people where they were (Hungarian method); a pair that hardly overlaps is
    no pair.
    """
    k = overlap.shape[1]
    found: list[int | None] = [None] * k
    before, after = overlap.sum(axis=1), overlap.sum(axis=0)
    rows, columns = linear_sum_assignment(overlap, maximize=True)
    for row, column in zip(rows, columns, strict=True):
        both = overlap[row, column]
        if both and both / (before[row] + after[column] - both) >= SAME:
            found[column] = segments[row]
    kept = sum(
        int(overlap[segments.index(segment), cluster])
        for cluster, segment in enumerate(found)
        if segment is not None
    )
    return Matched(found, _events(overlap, segments, found), kept, int(overlap.sum()))


def _events(
    overlap: npt.NDArray[np.int64], segments: Sequence[int], found: Sequence[int | None]
) -> list[Event]:
    shares = overlap / np.maximum(overlap.sum(axis=1, keepdims=True), 1)
    events = []
    for row, segment in enumerate(segments):
        parts = {int(at): round(float(shares[row, at]), 4) for at in np.flatnonzero(shares[row] >= PART)}
        if len(parts) > 1:
            events.append(Event("split", segment, None, parts))
        if segment not in found:
            events.append(Event("death", segment, None, {}))
    for cluster, heir in enumerate(found):
        into = {
            segments[int(row)]: round(float(shares[row, cluster]), 4)
            for row in np.flatnonzero(shares[:, cluster] >= WHOLE)
        }
        if len(into) > 1:
            events.append(Event("merge", heir, cluster, into))
        if heir is None:
            events.append(Event("birth", None, cluster, {}))
    return events
