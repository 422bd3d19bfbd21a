"""Who a cluster is: the assignment that keeps most people, and the events that a person should see."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from adflux_core.segmentation.matching import match


def kinds(overlap: list[list[int]], segments: list[int]) -> list[tuple[str, int | None]]:
    return sorted((one.kind, one.segment) for one in match(np.array(overlap), segments).events)


def test_clusters_in_another_order_are_the_same_segments() -> None:
    found = match(np.array([[0, 98, 2], [1, 0, 99], [95, 5, 0]]), [10, 20, 30])
    assert list(found.segments) == [30, 10, 20]
    assert (found.kept, found.shared, list(found.events)) == (292, 300, [])


def test_a_split_keeps_the_larger_part_and_is_told() -> None:
    overlap = [[60, 40, 0], [0, 0, 100]]
    assert list(match(np.array(overlap), [1, 2]).segments) == [1, None, 2]
    assert kinds(overlap, [1, 2]) == [("birth", None), ("split", 1)]


def test_a_merge_ends_the_smaller_segment() -> None:
    overlap = [[100, 0], [60, 0], [0, 100]]
    assert list(match(np.array(overlap), [1, 2, 3]).segments) == [1, 3]
    assert kinds(overlap, [1, 2, 3]) == [("death", 2), ("merge", 1)]


def test_what_hardly_overlaps_is_somebody_new() -> None:
    assert list(match(np.array([[10, 10, 10], [10, 10, 10]]), [1, 2]).segments) == [None, None, None]


@given(st.lists(st.lists(st.integers(0, 1000), min_size=3, max_size=3), min_size=1, max_size=6))
def test_no_segment_is_given_twice(overlap: list[list[int]]) -> None:
    segments = list(range(100, 100 + len(overlap)))
    found = match(np.array(overlap), segments)
    given_away = [one for one in found.segments if one is not None]
    assert len(given_away) == len(set(given_away))
    assert set(given_away) <= set(segments)
    assert found.kept <= found.shared
    dead = {one.segment for one in found.events if one.kind == "death"}
    assert dead == set(segments) - set(given_away)
