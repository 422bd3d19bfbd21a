"""Who is erased is found nowhere; what cannot be erased whole is not erased at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from candidate_base import fill_base
from sqlalchemy import text

from adflux_core import database
from adflux_core.candidates.erasing import erase_candidate
from adflux_core.candidates.importing import import_candidates
from adflux_core.errors import AdfluxError, InputError
from adflux_core.segmentation.training import segment_candidates


def ask(statement: str) -> object:
    with database.connection() as connected:
        return connected.execute(text(statement)).scalar()


def test_a_person_leaves_every_table(database_url: str, tmp_path: Path) -> None:
    fill_base(database_url, 1_500)
    file = tmp_path / "people.csv"
    file.write_text("id,email,gender\nx-1,quien-se-va@example.com,f\nx-2,quien-se-va@example.com,f\n")
    import_candidates(file, source="acme")
    assert segment_candidates(k_range=(3, 5)).refused is None
    person = ask("SELECT id FROM adflux.candidate WHERE email = 'quien-se-va@example.com'")
    assert isinstance(person, int)
    assert ask(f"SELECT count(*) FROM adflux.segment_member WHERE candidate_id = {person}") == 1  # noqa: S608
    receipt = erase_candidate(person)
    assert receipt.removed["adflux.candidate"] == receipt.removed["adflux.segment_member"] == 1
    assert receipt.removed["adflux_protected.candidate_attribute"] == 1
    assert receipt.columns_searched > 50
    assert ask(f"SELECT count(*) FROM adflux.segment_member WHERE candidate_id = {person}") == 0  # noqa: S608
    assert ask("SELECT count(*) FROM adflux_protected.candidate_attribute") == 0
    with pytest.raises(InputError, match="was erased before"):
        erase_candidate(person)


def test_what_is_still_held_somewhere_stops_the_erasure(database_url: str) -> None:
    fill_base(database_url, 3)
    with database.connection() as connected:
        connected.execute(
            text("""INSERT INTO adflux.import_receipt (subject, source, format, file_name, full_feed, read,
                        created, updated, unchanged, merged, quarantined, closed, started_at)
                    VALUES ('candidates', 's', 'csv', 'p1@example.com.csv', false, 0,
                        0, 0, 0, 0, 0, 0, now())""")
        )
    person = ask("SELECT id FROM adflux.candidate WHERE email = 'p1@example.com'")
    assert isinstance(person, int)
    with pytest.raises(AdfluxError, match=r"import_receipt.file_name still holds"):
        erase_candidate(person)
    assert ask("SELECT count(*) FROM adflux.candidate") == 3
