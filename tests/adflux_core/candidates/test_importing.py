"""Candidates come in from any file; the same person is one, the impossible is set aside."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook  # type: ignore[import-untyped]
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from adflux_core import database
from adflux_core.candidates import CandidateFormat, Receipt, import_candidates
from adflux_core.candidates.quantities import BeyondError, read_duration, read_quantity
from adflux_core.errors import InputError

HEADER = [
    *("Código", "Nombre", "Correo electrónico", "Celular", "Ciudad", "Años de experiencia"),
    *("Nivel educativo", "Habilidades", "Autoriza", "Finalidad", "Fecha autorización", "Edad"),
]
PEOPLE = [
    [
        *("1", "Ana Peña", "Ana@Example.com", "300 555 1234", "Bogotá", "18 meses"),
        *("Profesional", "Python, SQL, python", "Sí", "ofertas de empleo", "2026-01-15", "31"),
    ],
    ["2", "Luz 😀", "luz@example.com", "", "Medellín", ">20", "Técnico", "", "No", "", "", "45"],
]
Take = Callable[..., tuple[Receipt, list[dict[str, Any]]]]


def as_csv(*rows: list[str]) -> bytes:
    return "".join(";".join(row) + "\r\n" for row in (HEADER, *rows)).encode("cp1252", "replace")


def as_lines(*rows: list[str]) -> bytes:
    return "".join(json.dumps(dict(zip(HEADER, row, strict=True))) + "\n" for row in rows).encode()


def ask(statement: str) -> list[tuple[Any, ...]]:
    with database.connection() as connected:
        return [tuple(row) for row in connected.execute(text(statement))]


@pytest.fixture
def take(database_url: str, tmp_path: Path) -> Take:
    """Import content; gives the receipt and the candidates."""

    def run(content: bytes, **options: Any) -> tuple[Receipt, list[dict[str, Any]]]:
        path = tmp_path / "people"
        path.write_bytes(content)
        receipt = import_candidates(path, **options)
        with database.connection() as connected:
            rows = connected.execute(text("SELECT * FROM adflux.candidate ORDER BY id")).mappings()
            return receipt, [dict(row) for row in rows]

    return run


def as_xlsx(tmp_path: Path, *rows: list[str]) -> bytes:
    book = Workbook()
    for row in (HEADER, *rows):
        book.active.append(row)
    book.save(tmp_path / "people.xlsx")
    return (tmp_path / "people.xlsx").read_bytes()


@pytest.mark.parametrize("kind", CandidateFormat)
def test_any_format_gives_the_same_people(take: Take, tmp_path: Path, kind: CandidateFormat) -> None:
    content = {
        CandidateFormat.CSV: as_csv(*PEOPLE),
        CandidateFormat.JSON_LINES: as_lines(*PEOPLE),
        CandidateFormat.XLSX: as_xlsx(tmp_path, *PEOPLE),
    }[kind]
    receipt, (ana, luz) = take(content)
    assert (receipt.format, receipt.read, receipt.created, receipt.quarantined) == (kind, 2, 2, 0)
    assert (ana["email"], ana["phone"], ana["city"], ana["years_experience"], ana["education"]) == (
        *("ana@example.com", "573005551234", "Bogotá"),
        *(1.5, "bachelor"),
    )
    assert (ana["skills"], ana["consent"], ana["consented_on"]) == (
        ["python", "sql"],
        True,
        date(2026, 1, 15),
    )
    assert (luz["years_experience"], luz["education"], luz["consent"]) == (20, "technical", False)
    again, _ = take(content)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)


def test_protected_attributes_lie_where_only_the_audit_reads(take: Take) -> None:
    _, people = take(as_csv(*PEOPLE))
    assert not {"age", "gender", "marital_status", "origin", "health"} & people[0].keys()
    query = text("SELECT age FROM adflux_protected.candidate_attribute ORDER BY candidate_id")
    with database.connection() as connected:
        connected.execute(text("SET LOCAL ROLE adflux_audit"))
        assert list(connected.execute(query).scalars()) == [31, 45]
    for asked in ("age FROM adflux_protected.candidate_attribute", "email FROM adflux.candidate"):
        with pytest.raises(ProgrammingError, match="permission denied"):
            as_segmenter(f"SELECT {asked}")


@pytest.mark.parametrize("header", ["Género", "GENDER ", "estado_civil", "Nationality", "condición médica"])
def test_a_mapping_brings_nothing_protected_among_the_features(
    take: Take, tmp_path: Path, header: str
) -> None:
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(f'[columns]\nsector = "{header}"\n', encoding="utf-8")
    with pytest.raises(InputError, match="the law protects it, so it cannot be sector"):
        take(f"id,{header}\n1,x\n".encode(), mapping=mapping)
    assert ask("TABLE adflux.candidate") == []


def as_segmenter(statement: str) -> None:
    with database.engine().begin() as connected:
        connected.execute(text("SET LOCAL ROLE adflux_segmenter"))
        connected.execute(text(statement))


def changed(person: list[str], **values: str) -> list[str]:
    names = ["id", "name", "email", "phone", "city", "years", "education", "skills", "consent", "purpose",
             "consented", "age"]  # fmt: skip
    return [values.get(name, cell) for name, cell in zip(names, person, strict=True)]


def test_the_same_person_is_one_by_mail_or_phone_in_chains(take: Take) -> None:
    ana = PEOPLE[0]
    receipt, people = take(
        as_csv(
            ana,
            changed(ana, id="7", email="", city="", skills="", years="4"),  # the phone of the first
            changed(ana, id="8", phone="", email="ANA@example.com ", city="Cali", consent="No"),
            PEOPLE[1],
        )
    )
    assert (receipt.read, receipt.created, receipt.merged, receipt.merges) == (4, 2, 2, 2)
    one = people[0] if people[0]["email"] == "ana@example.com" else people[1]
    # The last word that was said of each thing, and a no that was said once.
    assert (one["city"], one["years_experience"], one["consent"]) == ("Cali", 1.5, False)
    assert (one["phone"], one["external_id"]) == ("573005551234", "8")


def test_two_stored_people_become_one_when_a_row_has_the_keys_of_both(take: Take) -> None:
    ana = PEOPLE[0]
    take(as_csv(changed(ana, phone=""), changed(ana, id="2", email="")))
    receipt, people = take(as_csv(changed(ana, id="3", city="Pasto")))
    assert (receipt.updated, receipt.created, receipt.merges, len(people)) == (1, 0, 1, 1)
    assert (people[0]["external_id"], people[0]["city"]) == ("1", "Pasto")


def test_what_a_file_does_not_say_stays(take: Take) -> None:
    take(as_csv(*PEOPLE))
    receipt, people = take(b"id,consent\n1,no\n2,\n")
    assert (receipt.updated, receipt.unchanged) == (1, 1)
    assert (people[0]["consent"], people[0]["city"], people[0]["email"]) == (
        False,
        "Bogotá",
        "ana@example.com",
    )


def test_a_shared_mask_merges_nobody(take: Take) -> None:
    rows = [
        changed(PEOPLE[0], id=str(number), email="redactado@example.com", phone="") for number in range(30)
    ]
    receipt, people = take(as_csv(*rows))
    assert (receipt.created, receipt.merged, len(people)) == (30, 0, 30)


@pytest.mark.parametrize("years", ["1e257", "inf", "-3", "61 años", "NaN", "9" * 400])
def test_what_no_person_can_have_is_set_aside_with_its_line(take: Take, years: str) -> None:
    receipt, people = take(as_csv(changed(PEOPLE[0], years=years), PEOPLE[1]))
    assert (receipt.created, receipt.quarantined, len(people)) == (1, 1, 1)
    ((line, reason),) = receipt.quarantine
    assert line == 2
    assert "years_experience" in reason
    assert "Ana" not in str(ask("TABLE adflux.quarantined_row"))


def test_an_age_is_never_repeated(take: Take) -> None:
    receipt, _ = take(as_csv(changed(PEOPLE[0], age="412")))
    assert receipt.quarantine == [(2, "age is not within 14 to 100 years")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"[1, 2]", "neither CSV, XLSX nor JSON lines"),
        (b"nombre,ciudad\nAna,Cali\n", "an id, e-mail or phone"),
        (b"email,email\na@example.com,b@example.com\n", "both headed 'email'"),
        (b"PK\x03\x04rubbish", "ZIP or Excel"),
    ],
)
def test_a_bad_file_is_one_line_and_nothing_changes(take: Take, content: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said) as refusal:
        take(content)
    assert "\n" not in str(refusal.value)
    assert ask("TABLE adflux.candidate") == []


@given(st.text(max_size=40))
def test_any_text_is_a_quantity_in_range_or_none_or_refused(words: str) -> None:
    for read in (
        lambda: read_quantity("salary_expectation", words),
        lambda: read_duration("years_experience", words, written=1, kept=1),
    ):
        with contextlib.suppress(BeyondError):
            value = read()
            assert value is None or 0 <= value <= 1e12


@pytest.mark.parametrize(
    ("words", "years"),
    [("18 meses", 1.5), ("2 años 6 meses", 2.5), (">20", 20), ("<1", 1), ("3-5", 3), ("never", None)],
)
def test_lengths_of_time(words: str, years: float | None) -> None:
    assert read_duration("years_experience", words, written=1, kept=1) == years


def test_amounts_as_colombia_and_the_world_write_them() -> None:
    told = ["$2.500.000", "2,500,000 COP", "2.500", "2500.50"]
    assert [read_quantity("salary_expectation", one) for one in told] == [2_500_000, 2_500_000, 2500, 2500.5]
