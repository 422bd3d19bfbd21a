"""A bad file is one clear line and changes nothing; a bad row is set aside, and no word of it kept."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from application_files import HEADER, Take, ask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adflux_core.applications import import_applications
from adflux_core.errors import InputError

FILES = {
    "empty": (b"", "is empty"),
    "blank rows": (b"\n\n,,\n", "blank rows"),
    "a workbook": (b"PK\x03\x04 and so on", "Excel"),
    "a picture": (b"\x89PNG\r\n", "picture"),
    "a list of JSON": (b'[{"id": 1}]', "JSON lines"),
    "XML": (b"<events/>", "JSON lines"),
    "no step": (b"application id,date\n1,2026-10-05\n", "the step of the application"),
    "an open quote": (b'id,step,date\n1,"applied,2026-10-05\n', "never closes"),
    "a NUL": (b"id,step,date\n1,\0,2026-10-05\n", "NUL"),
    "two steps": (b"id,step,step,date\n1,a,b,2026-10-05\n", "both headed"),
}
ROWS = {
    "no id": (",applied,2026-10-05,,", "no id of an application or an applicant"),
    "no step": ("1,,2026-10-05,,", "no step"),
    "another step": ("1,Rejected,2026-10-05,,", "a step that is none of the funnel"),
    "no date": ("1,applied,,,", "no date"),
    "a day that is none": ("1,applied,2024-04-32,,", "a date that cannot be read for certain"),
    "either day": ("1,applied,03/04/2026,,", "a date that cannot be read for certain"),
    "too few cells": ("1,applied", "2 cells where the header has 5"),
    "a page in one cell": (f"1,applied,2026-10-05,{'x' * 6000},", "a field has more than 5000 characters"),
}


@pytest.mark.parametrize(("content", "said"), FILES.values(), ids=FILES)
def test_a_file_that_is_none_is_one_line(take: Take, content: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said) as refusal:
        take(content)
    assert "\n" not in str(refusal.value)
    for table in ("application_event", "application", "import_receipt", "quarantined_row"):
        assert ask(f"SELECT count(*) FROM {table}") == [(0,)]  # noqa: S608


def test_a_file_that_is_not_there_is_one_line(database_url: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.csv: does not exist"):
        import_applications(tmp_path / "nowhere.csv")
    with pytest.raises(InputError, match="is a folder"):
        import_applications(tmp_path)


@pytest.mark.parametrize(("row", "reason"), ROWS.values(), ids=ROWS)
def test_a_bad_row_is_set_aside_and_the_others_count(take: Take, row: str, reason: str) -> None:
    receipt = take(HEADER + f"8,applied,2026-10-05,,\n{row}\n9,hired,2026-10-06,,\n")
    assert (receipt.created, receipt.quarantined, receipt.quarantine) == (2, 1, [(3, reason)])
    assert ask("SELECT line, reason, content FROM quarantined_row") == [(3, reason, "")]


def test_a_bad_line_of_json_is_set_aside(take: Take) -> None:
    good = '{"id": 1, "step": "hired", "at": "2026-10-05"}'
    receipt = take(f'{good}\n{{"id": 2,\n[1]\n\n{good.replace("1,", "2,")}')
    assert receipt.quarantine == [(2, "is no JSON object"), (3, "is no JSON object")]
    assert receipt.created == 2


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252", "utf-8-sig"])
def test_other_encodings_are_read(take: Take, encoding: str) -> None:
    content = "ID postulación;Etapa;Fecha\n1;Contratación;5 de octubre de 2026\n"
    assert take(content.encode(encoding)).created == 1


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: (HEADER + text).encode()))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_file_is_a_traceback(take: Take, content: bytes) -> None:
    with suppress(InputError):
        receipt = take(content)
        ((aside,),) = ask(
            "SELECT count(*) FROM quarantined_row WHERE receipt_id = :id", id=receipt.receipt_id
        )
        assert receipt.quarantined == aside
