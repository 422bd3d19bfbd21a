"""Who is erased is found nowhere; what cannot be erased whole is not erased at all."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from candidate_base import fill_base
from sqlalchemy import text

from adflux_core import database
from adflux_core.candidates.erasing import erase_candidates, erase_expired
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
    receipt = erase_candidates([person])
    assert receipt.removed["adflux.candidate"] == receipt.removed["adflux.segment_member"] == 1
    assert receipt.removed["adflux_protected.candidate_attribute"] == 1
    assert receipt.columns_searched > 50
    assert ask(f"SELECT count(*) FROM adflux.segment_member WHERE candidate_id = {person}") == 0  # noqa: S608
    assert ask("SELECT count(*) FROM adflux_protected.candidate_attribute") == 0
    with pytest.raises(InputError, match="was erased before"):
        erase_candidates([person])


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
        erase_candidates([person])
    assert ask("SELECT count(*) FROM adflux.candidate") == 3


def test_an_address_that_others_share_or_contain_stays_theirs(database_url: str) -> None:
    with database.connection() as connected:
        connected.execute(
            text("""INSERT INTO adflux.candidate (source, external_id, email, name, retain_until) VALUES
                        ('a', 'person-1', 'ana@example.com', 'Ana', '2099-01-01'),
                        ('a', 'person-2', 'agencia@example.com', 'mariana@example.com', '2099-01-01'),
                        ('a', 'person-3', 'agencia@example.com', 'Luz', '2099-01-01')""")
        )
    ids = [ask(f"SELECT id FROM adflux.candidate WHERE external_id = 'person-{n}'") for n in (1, 2)]  # noqa: S608
    for one in ids:
        assert isinstance(one, int)
        erase_candidates([one])
    assert ask("SELECT string_agg(email, ' ') FROM adflux.candidate") == "agencia@example.com"


def test_one_who_is_unknown_keeps_all_of_them(database_url: str) -> None:
    fill_base(database_url, 3)
    first = ask("SELECT min(id) FROM adflux.candidate")
    assert isinstance(first, int)
    with pytest.raises(InputError, match="candidate 999 does not exist"):
        erase_candidates([first, 999])
    assert ask("SELECT count(*) FROM adflux.candidate") == 3


def test_who_may_no_longer_be_kept_leaves_pinned_versions_too(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adflux_core.candidates.erasing.AT_ONCE", 2)
    fill_base(database_url, 9)
    with database.connection() as connected:
        connected.execute(text("UPDATE adflux.candidate SET retain_until = '2026-01-31' WHERE id % 2 = 0"))
        connected.execute(text("INSERT INTO adflux.segment_member SELECT 7, id, 0 FROM adflux.candidate"))
    assert erase_expired(date(2026, 1, 31)) == 0
    assert erase_expired(date(2026, 2, 1)) == 4
    left = [ask(f"SELECT count(*) FROM adflux.{table}") for table in ("segment_member", "candidate")]  # noqa: S608
    assert left == [5, 5]
