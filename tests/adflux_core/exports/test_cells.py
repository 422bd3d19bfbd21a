"""What is written into a cell is read back as it was, and no text of anybody's becomes a formula."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sheet_readers import read_csv, read_xlsx

from adflux_core.errors import InputError
from adflux_core.exports.cells import FORMULA_STARTS, Sheet, digits, neutral
from adflux_core.exports.csv_file import write_csv
from adflux_core.exports.xlsx_file import LONGEST_TEXT, MOST_ROWS, write_xlsx

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
PAYLOADS = st.builds(str.__add__, st.sampled_from(FORMULA_STARTS), TEXTS)
EXACT = st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**8), max_value=10**8)
WHOLE = st.integers(-(10**14), 10**14)
DAYS = st.dates(date(1900, 3, 1), date(2200, 1, 1))
ROWS = st.lists(st.tuples(TEXTS | PAYLOADS, EXACT, WHOLE, DAYS, st.booleans() | st.none()), max_size=6)
HEADER = ("text", "exact", "whole", "day", "flag")


@given(ROWS)
@example([("=HYPERLINK(1)", Decimal("-0.000001"), -1, date(2026, 10, 1), None)])
@example([("a;=1+1\r\n@x", Decimal(0), 0, date(2026, 10, 1), True)])
def test_csv_is_read_back_as_it_was(rows: list[tuple[str, Decimal, int, date, bool | None]]) -> None:
    header, *read = read_csv(write_csv(Sheet("x", HEADER, rows)))
    assert header == list(HEADER)
    assert len(read) == len(rows)
    for (text, exact, whole, day, flag), got in zip(rows, read, strict=True):
        assert got[0] == neutral(text)
        assert (Decimal(got[1]), int(got[2]), date.fromisoformat(got[3])) == (exact, whole, day)
        assert got[4] == {True: "true", False: "false", None: ""}[flag]
        assert "E" not in got[1]


@given(ROWS)
@example([("_x0041_ \x00\x07\uffff\r", Decimal("1.5"), 10**14, date(2026, 10, 1), False)])
def test_xlsx_is_read_back_as_it_was(rows: list[tuple[str, Decimal, int, date, bool | None]]) -> None:
    read = read_xlsx(write_xlsx([Sheet("Días & más", HEADER, rows)]))["Días & más"]
    assert list(read[0].values()) == list(HEADER)
    for (text, exact, whole, day, flag), got in zip(rows, read[1:], strict=True):
        assert got == {"A": neutral(text), "B": exact, "C": whole, "D": day} | (
            {} if flag is None else {"E": flag}
        )


@given(st.lists(PAYLOADS | TEXTS.map("a;{}".format), min_size=1, max_size=4))
def test_no_cell_of_either_file_begins_a_formula(texts: list[str]) -> None:
    sheet = Sheet("x", ("=header", "@b", "-c", "d")[: len(texts)], [texts])
    bare = write_csv(Sheet("x", ("a",) * len(texts), [texts]))
    for cells in (
        read_csv(write_csv(sheet))[1],
        [str(cell) for cell in read_xlsx(write_xlsx([sheet]))["x"][1].values()],
    ):
        assert not [cell for cell in cells if cell.startswith(FORMULA_STARTS)]
    # Where lists are separated by semicolons, what follows one is a cell of its own unless it is quoted.
    assert bare.decode("utf-8-sig").count('"') >= 2 * len(texts)


def test_a_number_excel_would_change_is_written_as_text() -> None:
    (row,) = read_xlsx(write_xlsx([Sheet("x", ("a", "b"), [(Decimal("1234567890.123456"), 10**20)])]))["x"][
        1:
    ]
    assert row == {"A": "1234567890.123456", "B": Decimal(10**20)}


def test_what_does_not_fit_is_refused_in_one_line() -> None:
    with pytest.raises(InputError, match="longer than a cell"):
        write_xlsx([Sheet("x", ("a",), [("x" * (LONGEST_TEXT + 1),)])])
    with pytest.raises(InputError, match="more than a sheet holds"):
        write_xlsx([Sheet("x", ("a",), [(None,)] * MOST_ROWS)])


def test_the_twenty_seventh_column_is_aa() -> None:
    row = read_xlsx(write_xlsx([Sheet("x", ("h",) * 28, [(1,) * 28])]))["x"][1]
    assert list(row)[25:] == ["Z", "AA", "AB"]


def test_instants_are_in_utc_and_numbers_without_exponent() -> None:
    at = datetime.fromisoformat("2026-10-01T00:30:00-05:00")
    assert read_csv(write_csv(Sheet("x", ("a",), [(at,)])))[1] == ["2026-10-01T05:30:00+00:00"]
    assert at.astimezone(UTC).hour == 5
    assert [digits(Decimal(one)) for one in ("1E+3", "2.500", "-0.10", "0.000")] == [
        "1000",
        "2.5",
        "-0.1",
        "0",
    ]
