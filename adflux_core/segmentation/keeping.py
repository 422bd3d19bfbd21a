"""What a training leaves in the database: members, identities, events, the version, its card and model."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import psycopg
from sklearn.pipeline import Pipeline
from sqlalchemy import Connection, text

from adflux_core.errors import DatabaseUnavailableError, RefusedError
from adflux_core.segmentation import pipeline
from adflux_core.segmentation.fairness import Impact, Proxy
from adflux_core.segmentation.matching import Event
from adflux_core.segmentation.profiles import Trait, as_json

# Versions whose members stay; those that a plan has pinned stay besides.
KEPT_VERSIONS = 2
_ROW = np.dtype([
    ("fields", ">i2"), ("l1", ">i4"), ("version", ">i8"), ("l2", ">i4"), ("candidate", ">i8"),
    ("l3", ">i4"), ("cluster", ">i2"),
])  # fmt: skip
# PostgreSQL's binary COPY: signature, flags, no extension; at the end a field count of -1.
_HEAD, _END = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"


class Last(NamedTuple):
    """The newest version that found segments; `model` None when it was refused, `refused` says why."""

    id: int
    k: int
    model: Pipeline | None
    refused: str | None
    segments: Sequence[int]  # by cluster
    sizes: Sequence[int]


class Members:
    """COPY of members into one version, some thousand at a time."""

    def __init__(self, connected: Connection, version: int) -> None:
        driver = connected.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        self._driver = driver
        self._version = version

    def __enter__(self) -> Members:
        self._cursor = self._driver.cursor()
        self._copying = self._cursor.copy(
            "COPY adflux.segment_member (version_id, candidate_id, cluster) FROM STDIN (FORMAT binary)"
        )
        self._copy = self._copying.__enter__()
        self._copy.write(_HEAD)
        return self

    def add(self, candidates: npt.NDArray[np.int64], clusters: npt.NDArray[np.int32]) -> None:
        rows = np.empty(len(candidates), _ROW)
        rows["fields"], rows["l1"], rows["l2"], rows["l3"] = 3, 8, 8, 2
        rows["version"], rows["candidate"], rows["cluster"] = self._version, candidates, clusters
        self._copy.write(rows.tobytes())

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        try:
            if kind is None:
                self._copy.write(_END)
            self._copying.__exit__(kind, error, trace)
        except psycopg.OperationalError as lost:
            raise DatabaseUnavailableError(f"the database went away: {lost}") from None
        finally:
            self._cursor.close()


def lock(connected: Connection) -> None:
    """One training at a time. Raises RefusedError while another runs."""
    free = connected.execute(text("SELECT pg_try_advisory_xact_lock(hashtext('adflux.segments'))"))
    if not free.scalar_one():
        raise RefusedError("another training of the segments is running: wait for it to end")


def read_last(connected: Connection) -> Last | None:
    """The newest fitted version, its model loaded if it can be believed."""
    row = connected.execute(
        text("""SELECT id, k, model, model_hash, parameters FROM adflux.segment_version
                WHERE state = 'fitted' ORDER BY id DESC LIMIT 1""")
    ).one_or_none()
    if row is None:
        return None
    here = connected.execute(
        text(
            "SELECT segment_id, size FROM adflux.segment_in_version WHERE version_id = :id ORDER BY cluster"
        ),
        {"id": row.id},
    ).all()
    model, refused = None, None
    try:
        model = pipeline.load(bytes(row.model), bytes(row.model_hash), row.parameters["libraries"])
    except RefusedError as error:
        refused = str(error)
    return Last(row.id, row.k, model, refused, [one.segment_id for one in here], [one.size for one in here])


def overlap(connected: Connection, last: Last, version: int, k: int) -> npt.NDArray[np.int64]:
    """How many people went from each cluster of the last version to each of this one."""
    counted = np.zeros((len(last.segments), k), np.int64)
    connected.execute(text("ANALYZE adflux.segment_member"))
    rows = connected.execute(
        text("""SELECT old.cluster, new.cluster, count(*) FROM adflux.segment_member AS old
                JOIN adflux.segment_member AS new USING (candidate_id)
                WHERE old.version_id = :old AND new.version_id = :new GROUP BY 1, 2"""),
        {"old": last.id, "new": version},
    )
    for before, after, number in rows:
        counted[before, after] = number
    return counted


def open_version(connected: Connection) -> int:
    """The number of a version to come."""
    return int(
        connected.execute(
            text("SELECT nextval(pg_get_serial_sequence('adflux.segment_version', 'id'))")
        ).scalar_one()
    )


def keep_version(
    connected: Connection,
    version: int,
    *,
    candidates: int,
    parameters: dict[str, Any],
    card: dict[str, Any],
    k: int | None = None,
    data_hash: bytes | None = None,
    model: Pipeline | None = None,
) -> None:
    """Write the version; without a model it is a refusal."""
    content, digest = (None, None) if model is None else pipeline.store(model)
    connected.execute(
        text("""INSERT INTO adflux.segment_version
                    (id, state, candidates, k, data_hash, parameters, card, model, model_hash)
                VALUES (:id, :state, :candidates, :k, :data_hash, CAST(:parameters AS jsonb),
                        CAST(:card AS jsonb), :model, :model_hash)"""),
        {
            "id": version,
            "state": "refused" if model is None else "fitted",
            "candidates": candidates,
            "k": k,
            "data_hash": data_hash,
            "parameters": json.dumps(parameters),
            "card": json.dumps(card),
            "model": content,
            "model_hash": digest,
        },
    )


def names_in_use(connected: Connection) -> list[tuple[str, str]]:
    """The names of all segments that still live, Spanish and English."""
    rows = connected.execute(text("SELECT name_es, name_en FROM adflux.segment WHERE ended_at IS NULL"))
    return [(row.name_es, row.name_en) for row in rows]


def names_of(connected: Connection, segments: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Spanish and English names by segment."""
    rows = connected.execute(
        text("SELECT id, name_es, name_en FROM adflux.segment WHERE id = ANY(:ids)"), {"ids": list(segments)}
    )
    return {row.id: (row.name_es, row.name_en) for row in rows}


def make_segment(connected: Connection, names: dict[str, str], descriptions: dict[str, str]) -> int:
    """A new segment's id."""
    made = connected.execute(
        text("""INSERT INTO adflux.segment (name_es, name_en, description_es, description_en)
                VALUES (:name_es, :name_en, :description_es, :description_en) RETURNING id"""),
        {f"name_{key}": name for key, name in names.items()}
        | {f"description_{key}": words for key, words in descriptions.items()},
    )
    return int(made.scalar_one())


def describe_segment(connected: Connection, segment: int, descriptions: dict[str, str]) -> None:
    """What it is like now, unless a person wrote it; its name stays, whoever gave it."""
    connected.execute(
        text("""UPDATE adflux.segment SET description_es = :es, description_en = :en
                WHERE id = :id AND renamed_by IS NULL"""),
        {**descriptions, "id": segment},
    )


def keep_clusters(
    connected: Connection,
    version: int,
    segments: Sequence[int],
    sizes: Sequence[int],
    found: Sequence[Sequence[Trait]],
) -> None:
    """Which cluster is which segment, with its profile; segments that are in none have ended."""
    connected.execute(
        text("""INSERT INTO adflux.segment_in_version (version_id, cluster, segment_id, size, profile)
                VALUES (:version, :cluster, :segment, :size, CAST(:profile AS jsonb))"""),
        [
            {
                "version": version,
                "cluster": cluster,
                "segment": segment,
                "size": sizes[cluster],
                "profile": json.dumps({"traits": as_json(found[cluster])}),
            }
            for cluster, segment in enumerate(segments)
        ],
    )
    connected.execute(
        text("""UPDATE adflux.segment SET ended_at = CASE WHEN id = ANY(:here) THEN NULL ELSE now() END
                WHERE (ended_at IS NULL) <> (id = ANY(:here))"""),
        {"here": list(segments)},
    )


def keep_fairness(
    connected: Connection, version: int, proxies: Sequence[Proxy], impacts: Sequence[Impact]
) -> None:
    """The report that a plan for one of the version's segments carries."""
    connected.execute(
        text("""INSERT INTO adflux.fairness_report (version_id, proxies, four_fifths)
                VALUES (:version, CAST(:proxies AS jsonb), CAST(:impacts AS jsonb))"""),
        {
            "version": version,
            "proxies": json.dumps([one._asdict() for one in proxies]),
            "impacts": json.dumps([one._asdict() for one in impacts]),
        },
    )


def keep_events(
    connected: Connection, version: int, events: Sequence[Event], segments: Sequence[int]
) -> None:
    """Births, deaths, splits and merges; clusters are told by their segments."""
    for event in events:
        segment = event.segment if event.segment is not None else segments[event.cluster or 0]
        others = {
            str(segments[other] if event.kind == "split" else other): share
            for other, share in event.shares.items()
        }
        connected.execute(
            text("""INSERT INTO adflux.segment_event (version_id, kind, segment_id, detail)
                    VALUES (:version, :kind, :segment, CAST(:detail AS jsonb))"""),
            {
                "version": version,
                "kind": event.kind,
                "segment": segment,
                "detail": json.dumps({"shares": others}),
            },
        )


def forget_old_members(connected: Connection) -> None:
    """Members of versions that are neither new, nor pinned, nor copied into an audience."""
    connected.execute(
        text("""DELETE FROM adflux.segment_member WHERE version_id NOT IN (
                    SELECT id FROM adflux.segment_version WHERE state = 'fitted' ORDER BY id DESC LIMIT :kept
                ) AND version_id NOT IN (SELECT version_id FROM adflux.segment_pin)
                AND version_id NOT IN (SELECT version_id FROM adflux.audience)"""),
        {"kept": KEPT_VERSIONS},
    )
