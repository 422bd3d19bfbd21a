"""Whatever a file heads its columns with, nothing that the law protects comes into a model."""

from __future__ import annotations

import csv
import os
import random
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from adflux_core import database
from adflux_core.candidates import import_candidates
from adflux_core.candidates.columns import ENGLISH, SPANISH
from adflux_core.candidates.rows import PROTECTED
from adflux_core.segmentation import keeping
from adflux_core.segmentation.pipeline import space_of
from adflux_core.segmentation.space import ALLOWED
from adflux_core.segmentation.training import segment_candidates

BASES = int(os.environ.get("ADFLUX_PROTECTED_BASES", "3"))  # in `make test`; a hundred in `make torture`
PEOPLE = 240
MARK = "zz"  # begins every protected word, and no other
# Protected, too, and no field of ours.
STRANGERS = ("Fecha de nacimiento", "Religión", "Hijos", "Sindicato", "Date of birth", "Religion", "Pregnant")
WORK = (
    ("auxiliar de bodega", "secondary", 2, "picking, inventarios"),
    ("analista de datos", "bachelor", 6, "sql, python"),
    ("enfermera", "technical", 12, "uci, urgencias"),
)


def headed(chance: random.Random, field: str, language: dict[str, str]) -> str:
    """One of a field's words as somebody might write it."""
    word = chance.choice(language[field].split(", "))
    return chance.choice((str.title, str.upper, str))(word).replace(" ", chance.choice((" ", "_", " de ")))


def base(chance: random.Random) -> list[dict[str, Any]]:
    """People whose work has to do with each other; what the law protects does so in half of the bases."""
    language = chance.choice((SPANISH, ENGLISH))
    fields = ("external_id", "occupation", "education", "years_experience", "skills", *PROTECTED)
    heads = {field: headed(chance, field, language) for field in fields}
    telling = chance.random() < 0.5
    rows = []
    for number in range(PEOPLE):
        group = chance.randrange(len(WORK))
        occupation, education, years, skills = WORK[group]
        told = group % 2 if telling else chance.randrange(2)
        row = {
            heads["external_id"]: f"p{number}",
            heads["occupation"]: occupation,
            heads["education"]: education,
            heads["years_experience"]: years + chance.randrange(4),
            heads["skills"]: skills,
            heads["age"]: 25 + 30 * told,
        }
        row |= {heads[name]: f"{MARK}{name}{told}" for name in PROTECTED[1:]}
        rows.append(row | dict.fromkeys(STRANGERS, f"{MARK}{told}"))
    order = chance.sample(list(rows[0]), len(rows[0]))
    return [{name: row[name] for name in order} for row in rows]


def ask(statement: str) -> list[tuple[Any, ...]]:
    with database.connection() as connected:
        return [tuple(row) for row in connected.execute(text(statement))]


@pytest.mark.parametrize("seed", range(BASES))
def test_no_protected_column_is_in_a_model(database_url: str, tmp_path: Path, seed: int) -> None:
    rows = base(random.Random(seed))  # noqa: S311
    file = tmp_path / "people.csv"
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    assert import_candidates(file, source="generated").created == PEOPLE
    counted = ", ".join(f"count({name})" for name in PROTECTED)
    assert ask(f"SELECT {counted} FROM adflux_protected.candidate_attribute") == [(PEOPLE,) * 5]  # noqa: S608
    assert MARK not in str(ask("TABLE adflux.candidate"))

    segment_candidates(k_range=(2, 4))

    with database.connection() as connected:
        last = keeping.read_last(connected)
    model = [] if last is None or last.model is None else list(space_of(last.model).features)
    assert {one.name for one in model} <= set(ALLOWED) - set(PROTECTED)
    assert MARK not in str([one.words for one in model])
    assert MARK not in str(ask("SELECT card -> 'features', parameters FROM adflux.segment_version"))
    assert MARK not in str(ask("SELECT name_es, name_en, description_es, description_en FROM adflux.segment"))
    assert MARK not in str(ask("SELECT profile FROM adflux.segment_in_version"))
