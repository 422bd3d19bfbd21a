"""Segments are found where there are any, refused where there are none, and stay who they are."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import psycopg
import pytest
from candidate_base import fill_base
from sqlalchemy import text

from adflux_core import database, reports
from adflux_core.errors import InputError, RefusedError
from adflux_core.segmentation import keeping
from adflux_core.segmentation.answer import FEWEST_PEOPLE, WHY
from adflux_core.segmentation.renaming import rename_segment
from adflux_core.segmentation.space import ALLOWED
from adflux_core.segmentation.training import segment_candidates

RETRAININGS = int(os.environ.get("ADFLUX_RETRAININGS", "3"))  # in `make test`; ten in `make torture`
FEW = {"k_range": (3, 5)}  # what a test tries when the number is not what it asks about


def ask(statement: str, **values: Any) -> list[tuple[Any, ...]]:
    with database.connection() as connected:
        return [tuple(row) for row in connected.execute(text(statement), values)]


def change(statement: str, **values: Any) -> None:
    with database.connection() as connected:
        connected.execute(text(statement), values)


def members(version: int) -> dict[int, int]:
    """Each candidate's segment."""
    return dict(
        ask(
            """SELECT candidate_id, segment_id FROM adflux.segment_member
               JOIN adflux.segment_in_version USING (version_id, cluster) WHERE version_id = :version""",
            version=version,
        )
    )


@pytest.fixture
def groups(database_url: str) -> str:
    fill_base(database_url, 1_500)
    return database_url


def test_groups_are_found_named_and_assigned_to_everybody(groups: str) -> None:
    found = segment_candidates()
    assert found.refused is None
    assert found.k is not None
    assert sum(one.size for one in found.segments) == found.candidates == len(members(found.version)) == 1500
    best = next(one for one in found.figures if one["k"] == found.k)
    assert best["stability"] >= 0.75
    assert best["beyond_chance"] > 0.1
    assert (
        len({one.name_es for one in found.segments})
        == len({one.name_en for one in found.segments})
        == found.k
    )
    (words,) = ask(
        "SELECT string_agg(concat_ws(' ', name_es, description_es, description_en), ' ') FROM adflux.segment"
    )
    assert "@" not in words[0]
    assert "enfermera" in words[0].lower()


def test_noise_is_refused_with_the_figures(database_url: str) -> None:
    fill_base(database_url, 5_000, noise=True)
    found = segment_candidates()
    assert found.k is None
    assert found.refused
    assert [one["k"] for one in found.figures] == list(range(2, 13))
    assert max(one["beyond_chance"] for one in found.figures) < 0.03
    assert ask("SELECT state, model FROM adflux.segment_version") == [("refused", None)]
    assert reports.segments() == []


@pytest.mark.parametrize("people", [0, 3, FEWEST_PEOPLE - 1])
def test_too_few_are_refused(database_url: str, people: int) -> None:
    fill_base(database_url, people)
    found = segment_candidates()
    assert (found.candidates, found.refused) == (people, WHY["too_few_people"])


def test_the_same_base_gives_the_same_model(groups: str) -> None:
    first = segment_candidates(**FEW)
    change("DELETE FROM adflux.segment_event")
    change("DELETE FROM adflux.segment_member")
    change("DELETE FROM adflux.segment_in_version")
    change("UPDATE adflux.segment_version SET state = 'refused', model = NULL")
    second = segment_candidates(**FEW)
    centres = ask("SELECT card FROM adflux.segment_version ORDER BY id")
    assert centres[0][0]["map"] == centres[1][0]["map"]
    assert [one.size for one in first.segments] == [one.size for one in second.segments]


def test_retraining_with_two_percent_new_people_moves_nobody_and_no_name(groups: str) -> None:
    first = segment_candidates(**FEW)
    before, names = members(first.version), {one.id: one.name_es for one in first.segments}
    pinned = first.version
    change("INSERT INTO adflux.plan (id, spec_hash, author) VALUES (1, 'x', 'ana')")
    change(
        """INSERT INTO adflux.segment_pin
           SELECT 1, :segment, :version, id, '{}' FROM adflux.fairness_report WHERE version_id = :version""",
        segment=first.segments[0].id,
        version=pinned,
    )
    people = 1_500
    for night in range(RETRAININGS):
        fill_base(groups, people // 50, first=people, seed=night)
        people += people // 50
        found = segment_candidates(**FEW)
        now = members(found.version)
        assert np.mean([now[one] == segment for one, segment in before.items()]) >= 0.95
        assert {one.id: one.name_es for one in found.segments} == names
        assert found.events == []
    assert members(pinned) == before
    kept = {row[0] for row in ask("SELECT DISTINCT version_id FROM adflux.segment_member")}
    assert kept == {pinned, found.version - 1, found.version}


def test_a_name_given_by_a_person_stays(groups: str) -> None:
    first = segment_candidates(**FEW)
    segment = first.segments[0].id
    words = {"name_es": "Bodega", "name_en": "Warehouse", "description_es": "Gente de bodega.",
             "description_en": "Warehouse people."}  # fmt: skip
    rename_segment(segment, **words, user="ana")
    again = segment_candidates(**FEW)
    assert next(one.name_es for one in again.segments if one.id == segment) == "Bodega"
    row = next(one for one in reports.segments() if one.id == segment)
    assert (row.description_en, row.renamed_by, row.size_before) == ("Warehouse people.", "ana", row.size)
    with pytest.raises(RefusedError, match="already has that name"):
        rename_segment(first.segments[1].id, **words, user="ana")
    with pytest.raises(InputError, match="does not exist"):
        rename_segment(999, **{**words, "name_es": "x", "name_en": "y"}, user="ana")


def tamper() -> None:
    change("UPDATE adflux.segment_version SET model = model || 'x'")


def make_foreign() -> None:
    change("""UPDATE adflux.segment_version
              SET parameters = jsonb_set(parameters, '{libraries,scikit-learn}', '"0.1"')""")


@pytest.mark.parametrize(("spoil", "said"), [(tamper, "was changed"), (make_foreign, "was written by")])
def test_a_spoiled_model_is_never_loaded_and_identities_hold_by_the_people(
    groups: str, spoil: Callable[[], None], said: str
) -> None:
    first = segment_candidates(**FEW)
    spoil()
    with database.connection() as connected:
        last = keeping.read_last(connected)
    assert last is not None
    assert last.model is None
    assert said in str(last.refused)
    again = segment_candidates(**FEW)
    assert again.kept_identity is not None
    assert again.kept_identity >= 0.95
    assert {one.id for one in again.segments} == {one.id for one in first.segments}
    assert (
        said in reports.segment_versions()[0].why
        or ask(
            "SELECT card -> 'drift' ->> 'cold_start' FROM adflux.segment_version ORDER BY id DESC LIMIT 1"
        )[0][0]
    )


def test_one_training_at_a_time(groups: str) -> None:
    with psycopg.connect(groups) as other:
        other.execute("SELECT pg_advisory_xact_lock(hashtext('adflux.segments'))")
        with pytest.raises(RefusedError, match="another training"):
            segment_candidates(**FEW)


def test_hostile_columns_do_not_stop_it(groups: str) -> None:
    change("UPDATE adflux.candidate SET country = NULL, city = 'Bogotá', sector = 'n😀ñ' || id")
    change(
        """UPDATE adflux.candidate SET skills = skills || ARRAY(
               SELECT 'skill ' || (id * 70 + number) FROM generate_series(1, 70) AS number)"""
    )
    found = segment_candidates(**FEW)
    assert found.refused is None
    (features, left_out) = ask("SELECT card -> 'features', card -> 'left_out' FROM adflux.segment_version")[0]
    assert {"city", "country", "sector"} <= set(left_out)
    assert all(len(one["words"]) <= 24 for one in features)


def test_a_protected_attribute_is_no_feature(groups: str) -> None:
    for name in ("age", "gender", "marital_status", "origin", "health", "name", "email"):
        assert name not in ALLOWED
        with pytest.raises(InputError, match="may not be a feature"):
            segment_candidates(features=[name])
    with pytest.raises(InputError, match="choose 2 to 40"):
        segment_candidates(k_range=(5, 3))


def test_who_may_no_longer_be_kept_is_in_no_segment(groups: str) -> None:
    change("UPDATE adflux.candidate SET retain_until = '2026-01-01' WHERE id % 2 = 0")
    found = segment_candidates(**FEW)
    assert all(one % 2 for one in members(found.version))


def test_two_at_once_leave_one_version(groups: str) -> None:
    outcomes: list[object] = []

    def train() -> None:
        try:
            outcomes.append(segment_candidates(**FEW))
        except RefusedError as error:
            outcomes.append(error)

    both = [threading.Thread(target=train) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len(ask("SELECT FROM adflux.segment_version")) == sum(
        not isinstance(one, RefusedError) for one in outcomes
    )
