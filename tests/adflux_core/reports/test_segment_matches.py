"""A posting speaks to the segment whose words it says, or, when that is not sure, to everybody."""

from __future__ import annotations

from typing import Any

import pytest
from segment_sample import fill_segments
from sqlalchemy import text

from adflux_core import database, reports
from adflux_core.reports.segment_matches import PostingText, match_posting
from adflux_core.reports.segments import SegmentRow


def segment(number: int, *words: tuple[str, str, float]) -> SegmentRow:
    traits: list[dict[str, Any]] = [
        {"feature": feature, "word": word, "strength": strength} for feature, word, strength in words
    ]
    database_row: dict[str, Any] = dict.fromkeys(SegmentRow.__dataclass_fields__)
    return SegmentRow(**{**database_row, "id": number, "name_es": "x", "name_en": "y", "traits": traits})


NURSES = segment(1, ("occupation", "enfermera", 1.8), ("skills", "inglés", 0.5), ("city", "cali", 2.0))
ANALYSTS = segment(
    2, ("occupation", "analista de datos", 1.8), ("skills", "SQL", 1.2), ("skills", "inglés", 0.5)
)


@pytest.mark.parametrize(
    ("title", "description", "expected", "words"),
    [
        ("Enfermera jefe", None, 1, ["enfermera"]),
        ("ANALISTA DE DATOS", "Python y SQL.", 2, ["analista de datos", "SQL"]),
        ("Profesional", "Manejo de sql avanzado", 2, ["SQL"]),
        ("Profesional", "Manejo de MySQL", None, []),  # part of a word is another word
        ("Auxiliar", "Inglés avanzado", None, []),  # said of both
        ("Conductor en Cali", "Turnos", None, []),  # a place is no work
        ("🙂", "", None, []),
    ],
)
def test_a_posting_speaks_to_the_segment_whose_words_it_says(
    title: str, description: str | None, expected: int | None, words: list[str]
) -> None:
    found = match_posting(PostingText(7, title, description), [NURSES, ANALYSTS])
    assert (found.segment_id, found.words) == (expected, words)
    assert (found.confidence >= 0.5) == (expected is not None)
    assert 0 <= found.confidence < 1


def test_only_open_postings_are_matched_and_none_without_segments(posting_id: int) -> None:
    assert reports.segment_matches() == []
    with database.transaction() as session:
        fill_segments(session)
        session.execute(text("UPDATE adflux.posting SET title = 'Auxiliar de bodega'"))
    (found,) = reports.segment_matches()
    assert found.posting_id == posting_id
    with database.connection() as connected:
        connected.execute(text("UPDATE adflux.posting SET status = 'closed'"))
    assert reports.segment_matches() == []
