"""One training: read as the segmenter, choose, fit, assign everybody, recognise who is who, keep."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from hashlib import blake2b
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline
from sqlalchemy import Connection
from threadpoolctl import threadpool_limits

from adflux_core import database
from adflux_core.errors import InputError
from adflux_core.segmentation import fairness, keeping, pipeline, reading
from adflux_core.segmentation.answer import FEWEST_PEOPLE, WHY, Segmentation, SegmentFound
from adflux_core.segmentation.choosing import Choice, Measuring, choose_k, measure_here
from adflux_core.segmentation.fairness import Groups, Proxy
from adflux_core.segmentation.matching import Event, Matched, match
from adflux_core.segmentation.naming import LANGUAGES, description_of, name_of
from adflux_core.segmentation.profiles import Trait, draw_map, traits
from adflux_core.segmentation.space import Matrix, Space, allowed, learn_space

LARGEST_SAMPLE = 100_000  # people a model is fitted on; everybody is assigned, whatever their number
K_RANGE = (2, 12)
SEED = 20_260_101
MAP_SAMPLE = 20_000


class _Learned(NamedTuple):
    people: pd.DataFrame
    space: Space
    matrix: Matrix
    choice: Choice
    groups: Groups
    proxies: Sequence[Proxy]


def segment_candidates(
    *,
    features: Sequence[str] = (),
    k_range: tuple[int, int] = K_RANGE,
    sample: int = LARGEST_SAMPLE,
    today: date | None = None,
    seed: int = SEED,
    progress: Callable[[int, int], None] | None = None,
    measuring: Measuring = measure_here,
) -> Segmentation:
    """Train a version on the candidates that may be kept today, or say why there are no segments.

    `features`: those of the allow-list to use, all by default. The same candidates, parameters and last
    version give the same segments. `progress` is called with people assigned and people in all; `measuring`
    says where the numbers of segments to try are measured.

    Raises InputError on a feature that is not allowed, RefusedError while another training runs,
    DatabaseUnavailableError.
    """
    low, high = k_range
    if not 2 <= low <= high <= 40:
        raise InputError(f"from {low} to {high} segments: choose 2 to 40, the first no larger")
    day = today or datetime.now(UTC).date()
    names = allowed(features)
    parameters = {
        "features": list(names),
        "k_range": [low, high],
        "sample": sample,
        "seed": seed,
        "today": day.isoformat(),
        "algorithm": "kmeans",
        "libraries": pipeline.LIBRARIES,
    }
    with (
        database.connection() as writing,
        database.connection() as source,
        database.connection() as protected,
    ):
        keeping.lock(writing)
        reading.take_role(source)
        version = keeping.open_version(writing)
        number = reading.count(source, day)
        last = keeping.read_last(writing)
        if number < FEWEST_PEOPLE:
            return _refuse(writing, version, number, parameters, "too_few_people")
        learned = _learn(source, protected, names, day, sample, range(low, high + 1), seed, last, measuring)
        if learned.choice.k is None:
            return _refuse(writing, version, number, parameters, learned.choice.why, _made_of(learned))
        k = learned.choice.k
        model = pipeline.fit_model(learned.space, learned.matrix, k, seed, last.model if last else None)
        digest = blake2b(digest_size=16)
        sizes = np.zeros(k, np.int64)
        with keeping.Members(writing, version) as members, threadpool_limits(pipeline.THREADS, "openmp"):
            for people in reading.stream(source, names, day, digest):
                clusters = model.predict(people)
                members.add(people["id"].to_numpy(), clusters)
                sizes += np.bincount(clusters, minlength=k)
                if progress:
                    progress(int(sizes.sum()), number)
        found = _describe(learned, model, k)
        matched = _recognise(writing, last, version, k)
        segments = _identities(writing, matched, found)
        card = _card(learned, model, sizes, matched, last)
        keeping.keep_version(
            writing,
            version,
            candidates=int(sizes.sum()),
            parameters=parameters,
            card=card,
            k=k,
            data_hash=digest.digest(),
            model=model,
        )
        labels = model.named_steps["segment"].labels_[: fairness.SAMPLE]
        impacts = fairness.audit_segments(labels, k, learned.groups)
        keeping.keep_fairness(writing, version, learned.proxies, impacts)
        keeping.keep_clusters(writing, version, segments, sizes.tolist(), found)
        keeping.keep_events(writing, version, matched.events, segments)
        keeping.forget_old_members(writing)
        return _answer(writing, version, learned.choice, sizes, matched, segments, card)


def _learn(
    source: Connection,
    protected: Connection,
    names: Sequence[str],
    day: date,
    sample: int,
    ks: Sequence[int],
    seed: int,
    last: keeping.Last | None,
    measuring: Measuring,
) -> _Learned:
    people = reading.read_sample(source, names, day, sample)
    space = learn_space(people, names)
    seen = people.iloc[: fairness.SAMPLE]
    groups = fairness.read_groups(protected, seen["id"].to_numpy())
    proxies = fairness.audit_features(space, space.encode(seen), groups)
    space = space.without(fairness.blocked(proxies))
    matrix = space.encode(people)
    if len(space.features) < 2:
        choice = Choice(None, (), "too_few_features")
    else:
        choice = choose_k(matrix, space, ks, seed, last.k if last else None, measuring)
    return _Learned(people, space, matrix, choice, groups, proxies)


def _describe(learned: _Learned, model: Pipeline, k: int) -> list[list[Trait]]:
    return traits(learned.people, learned.space, model.named_steps["segment"].labels_, k)


def _recognise(writing: Connection, last: keeping.Last | None, version: int, k: int) -> Matched:
    if last is None:
        return Matched([None] * k, [Event("birth", None, cluster, {}) for cluster in range(k)], 0, 0)
    return match(keeping.overlap(writing, last, version, k), last.segments)


def _identities(writing: Connection, matched: Matched, found: Sequence[Sequence[Trait]]) -> list[int]:
    """The segment of each cluster: the one it was, or a new one with a name nobody else has."""
    taken = keeping.names_in_use(writing)
    segments = []
    for cluster, segment in enumerate(matched.segments):
        descriptions = {language: description_of(found[cluster], language) for language in LANGUAGES}
        if segment is None:
            names = {
                language: name_of(found[cluster], language, {one[at] for one in taken})
                for at, language in enumerate(LANGUAGES)
            }
            taken.append((names["es"], names["en"]))
            segments.append(keeping.make_segment(writing, names, descriptions))
        else:
            keeping.describe_segment(writing, segment, descriptions)
            segments.append(segment)
    return segments


def _card(
    learned: _Learned, model: Pipeline, sizes: np.ndarray, matched: Matched, last: keeping.Last | None
) -> dict[str, Any]:
    """The model card: what it was made of, how k was chosen, how it stands to the last version, a map."""
    chance = np.random.default_rng(SEED)
    labels = model.named_steps["segment"].labels_
    few = np.sort(chance.choice(len(labels), min(len(labels), MAP_SAMPLE), replace=False))
    return {
        **_made_of(learned),
        "drift": None if last is None else _drift(sizes, matched, last),
        "map": draw_map(learned.matrix[few], labels[few], len(sizes)),
    }


def _made_of(learned: _Learned) -> dict[str, Any]:
    """The part of the card that a refusal has, too."""
    return {
        "features": [
            {"name": one.name, "kind": one.kind.value, "words": list(one.words)}
            for one in learned.space.features
        ],
        "left_out": sorted(set(learned.people) - {one.name for one in learned.space.features} - {"id"}),
        "fitted_on": len(learned.people),
        "why": learned.choice.why,
        "figures": [one._asdict() for one in learned.choice.figures],
        "proxies": [one._asdict() for one in learned.proxies],
    }


def _drift(sizes: np.ndarray, matched: Matched, last: keeping.Last) -> dict[str, Any]:
    """How far this version moved from the last: identities kept, and the stability index of the sizes."""
    now = {segment: int(sizes[at]) for at, segment in enumerate(matched.segments) if segment is not None}
    before = dict(zip(last.segments, last.sizes, strict=True))
    index = 0.0
    for segment in now.keys() & before.keys():
        new, old = now[segment] / max(int(sizes.sum()), 1), before[segment] / max(sum(last.sizes), 1)
        index += (new - old) * float(np.log(max(new, 1e-6) / max(old, 1e-6)))
    return {
        "last_version": last.id,
        "kept": matched.kept,
        "shared": matched.shared,
        "kept_identity": round(matched.kept / matched.shared, 4) if matched.shared else None,
        "size_stability_index": round(index, 4),
        "cold_start": last.refused,
    }


def _refuse(
    writing: Connection,
    version: int,
    number: int,
    parameters: dict[str, Any],
    why: str,
    made_of: dict[str, Any] | None = None,
) -> Segmentation:
    card = {"figures": [], **(made_of or {}), "refused": why}
    keeping.keep_version(writing, version, candidates=number, parameters=parameters, card=card)
    return Segmentation(
        version=version,
        candidates=number,
        k=None,
        refused=WHY[why],
        figures=card["figures"],
        kept_identity=None,
        segments=[],
        events=[],
    )


def _answer(
    writing: Connection,
    version: int,
    choice: Choice,
    sizes: np.ndarray,
    matched: Matched,
    segments: Sequence[int],
    card: dict[str, Any],
) -> Segmentation:
    names = keeping.names_of(writing, segments)
    return Segmentation(
        version=version,
        candidates=int(sizes.sum()),
        k=choice.k,
        refused=None,
        figures=card["figures"],
        kept_identity=card["drift"] and card["drift"]["kept_identity"],
        segments=[
            SegmentFound(
                id=segment,
                name_es=names[segment][0],
                name_en=names[segment][1],
                size=int(sizes[cluster]),
                share=round(int(sizes[cluster]) / max(int(sizes.sum()), 1), 4),
                new=matched.segments[cluster] is None,
            )
            for cluster, segment in enumerate(segments)
        ],
        events=[
            {"kind": one.kind, "segment": one.segment or segments[one.cluster or 0]} for one in matched.events
        ],
    )
