"""One import is one transaction; its receipt accounts for every row: new, changed, doubled, bad, gone."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from adflux_core import database
from adflux_core.errors import InputError, RefusedError
from adflux_core.postings import PostingFormat, Receipt, import_postings

HEADER = "id,title,company,city\n"


def csv_of(folder: Path, *rows: str, header: str = HEADER, name: str = "jobs.csv") -> Path:
    path = folder / name
    path.write_text(header + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def ask(statement: str, **values: Any) -> list[tuple[Any, ...]]:
    with database.connection() as connected:
        return [tuple(row) for row in connected.execute(text(statement), values)]


def counts(receipt: Receipt) -> tuple[int, ...]:
    """read, created, updated, unchanged, merged, quarantined, closed."""
    assert receipt.read == (
        receipt.created + receipt.updated + receipt.unchanged + receipt.merged + receipt.quarantined
    )
    return (
        *(receipt.read, receipt.created, receipt.updated, receipt.unchanged),
        *(receipt.merged, receipt.quarantined, receipt.closed),
    )


def test_new_changed_and_equal_rows_are_told_apart(database_url: str, tmp_path: Path) -> None:
    first = import_postings(csv_of(tmp_path, "1,Cook,Acme,Cali", "2,Driver,Acme,Cali"), source="acme")
    assert counts(first) == (2, 2, 0, 0, 0, 0, 0)
    second = import_postings(
        csv_of(tmp_path, "1,Cook,Acme,Cali", "2,Truck driver,Acme,Cali", "3,Nurse,Acme,Cali"), source="acme"
    )
    assert counts(second) == (3, 1, 1, 1, 0, 0, 0)
    assert ask("SELECT external_id, title FROM adflux.posting ORDER BY 1") == [
        ("1", "Cook"),
        ("2", "Truck driver"),
        ("3", "Nurse"),
    ]


def test_the_same_file_twice_writes_no_posting(database_url: str, tmp_path: Path) -> None:
    path = csv_of(tmp_path, *(f"{number},Cook {number},Acme,Cali" for number in range(500)))
    import_postings(path, source="acme")
    before = ask("SELECT id, xmin::text, xmax::text, ctid::text FROM adflux.posting ORDER BY id")
    assert counts(import_postings(path, source="acme")) == (500, 0, 0, 500, 0, 0, 0)
    assert ask("SELECT id, xmin::text, xmax::text, ctid::text FROM adflux.posting ORDER BY id") == before


def test_the_last_of_two_rows_with_one_id_wins(database_url: str, tmp_path: Path) -> None:
    path = csv_of(tmp_path, "1,Old,Acme,Cali", "2,Other,Acme,Cali", "1,Older,Acme,Cali", "1,New,Acme,Cali")
    assert counts(import_postings(path, source="acme")) == (4, 2, 0, 0, 2, 0, 0)
    assert ask("SELECT title FROM adflux.posting WHERE external_id = '1'") == [("New",)]


def test_sources_are_apart(database_url: str, tmp_path: Path) -> None:
    path = csv_of(tmp_path, "1,Cook,Acme,Cali")
    import_postings(path, source="acme")
    assert counts(import_postings(path, source="other", full=True)) == (1, 1, 0, 0, 0, 0, 0)
    assert ask("SELECT source FROM adflux.posting ORDER BY 1") == [("acme",), ("other",)]


def test_bad_rows_are_kept_with_their_line_and_reason(database_url: str, tmp_path: Path) -> None:
    path = csv_of(
        tmp_path,
        "1,Cook,Acme,Cali",
        "2,,Acme,Cali",
        "",
        ",,,",
        "3,Nurse,Acme",
        '4,"Two\nlines",Acme,Cali,extra',
        "5,Driver,Acme,Cali",
    )
    receipt = import_postings(path, source="acme")
    assert counts(receipt) == (5, 2, 0, 0, 0, 3, 0)
    assert receipt.quarantine == [
        (3, "no title"),
        (6, "3 cells where the header has 4"),
        (7, "5 cells where the header has 4"),
    ]
    kept = ask(
        "SELECT line, content FROM adflux.quarantined_row WHERE receipt_id = :id", id=receipt.receipt_id
    )
    assert (6, "3,Nurse,Acme") in kept


def test_the_receipt_shows_a_hundred_bad_rows_and_the_table_holds_all(
    database_url: str, tmp_path: Path
) -> None:
    path = csv_of(tmp_path, *(f"{number},,{'x' * 2000},Cali" for number in range(250)))
    receipt = import_postings(path, source="acme")
    assert receipt.quarantined == 250
    assert [line for line, _ in receipt.quarantine] == list(range(2, 102))
    assert ask("SELECT count(*), max(length(content)) FROM adflux.quarantined_row") == [(250, 500)]


def test_the_receipt_is_in_the_database(database_url: str, tmp_path: Path) -> None:
    receipt = import_postings(csv_of(tmp_path, "1,Cook,Acme,Cali"), source="acme", full=True)
    assert ask(
        "SELECT id, subject, source, format, file_name, full_feed, read, created, started_at <= finished_at "
        "FROM adflux.import_receipt"
    ) == [(receipt.receipt_id, "postings", "acme", "csv", "jobs.csv", True, 1, 1, True)]
    assert receipt.format is PostingFormat.CSV


def test_absent_twice_from_a_full_feed_closes_and_being_seen_reopens(
    database_url: str, tmp_path: Path
) -> None:
    def status() -> list[tuple[Any, ...]]:
        return ask("SELECT status, missed_feeds FROM adflux.posting WHERE external_id = '3'")

    two = ("1,Cook,Acme,Cali", "2,Driver,Acme,Cali")
    everything = csv_of(tmp_path, *two, "3,Nurse,Acme,Cali", name="all.csv")
    less = csv_of(tmp_path, *two, name="less.csv")
    import_postings(everything, source="acme", full=True)
    assert import_postings(less, source="acme", full=True).closed == 0
    assert status() == [("open", 1)]
    assert counts(import_postings(everything, source="acme", full=True)) == (3, 0, 0, 3, 0, 0, 0)
    assert status() == [("open", 0)]
    import_postings(less, source="acme")
    assert status() == [("open", 0)]
    import_postings(less, source="acme", full=True)
    assert import_postings(less, source="acme", full=True).closed == 1
    assert status() == [("closed", 2)]
    assert import_postings(less, source="acme", full=True).closed == 0
    assert counts(import_postings(everything, source="acme", full=True)) == (3, 0, 1, 2, 0, 0, 0)
    assert status() == [("open", 0)]


def test_a_full_feed_with_less_than_half_is_refused_unless_forced(database_url: str, tmp_path: Path) -> None:
    import_postings(csv_of(tmp_path, *(f"{n},Cook,Acme,Cali" for n in range(5))), source="acme")
    short = csv_of(tmp_path, "1,Chef,Acme,Cali", "2,Cook,Acme,Cali", "9,Cook,Acme,Cali", name="short.csv")
    with pytest.raises(RefusedError, match=r"2 of the 5 open postings of 'acme'") as refused:
        import_postings(short, source="acme", full=True)
    assert "\n" not in str(refused.value)
    assert ask("SELECT count(*) FROM adflux.posting WHERE title = 'Chef'") == [(0,)]
    assert ask("SELECT count(*) FROM adflux.import_receipt") == [(1,)]
    assert counts(import_postings(short, source="acme", full=True, force=True)) == (3, 1, 1, 1, 0, 0, 0)


def test_a_file_that_breaks_off_changes_nothing(database_url: str, tmp_path: Path) -> None:
    rows = [f"{number},Cook,Acme,Cali" for number in range(3000)]
    path = csv_of(tmp_path, *rows, '3000,"never closed')
    with pytest.raises(InputError, match=r"jobs\.csv: line 3002: a quote opens in this row and never closes"):
        import_postings(path, source="acme")
    assert ask("SELECT count(*) FROM adflux.posting") == [(0,)]
    assert ask("SELECT count(*) FROM adflux.import_receipt") == [(0,)]


def test_two_imports_of_one_source_wait_for_each_other(database_url: str, tmp_path: Path) -> None:
    path = csv_of(tmp_path, *(f"{number},Cook,Acme,Cali" for number in range(300)))
    receipts: list[Receipt] = []
    threads = [
        threading.Thread(target=lambda: receipts.append(import_postings(path, source="acme")))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(receipt.created for receipt in receipts) == [0, 0, 0, 300]
    assert sorted(receipt.unchanged for receipt in receipts) == [0, 300, 300, 300]


def test_progress_ends_at_the_size_of_the_file(database_url: str, tmp_path: Path) -> None:
    path = csv_of(tmp_path, *(f"{number},Cook,{'x' * 1000},Cali" for number in range(2000)))
    seen: list[tuple[int, int]] = []
    import_postings(path, source="acme", progress=lambda done, total: seen.append((done, total)))
    assert len(seen) > 3
    assert seen == sorted(seen)
    assert seen[-1] == (path.stat().st_size, path.stat().st_size)


def test_a_posting_without_an_id_keeps_the_one_derived_for_it(database_url: str, tmp_path: Path) -> None:
    header = "Título;Empresa;Descripción;Ciudad\n"
    path = csv_of(tmp_path, "Cocinero;Acme;Uno;Cali", "Cocinero;Acme;Uno;Pasto", header=header)
    assert import_postings(path, source="acme").created == 2
    changed = csv_of(tmp_path, "Cocinero;Acme;Dos;Cali", "Cocinero;Acme;Uno;Pasto", header=header)
    assert counts(import_postings(changed, source="acme")) == (2, 0, 1, 1, 0, 0, 0)


@pytest.mark.parametrize("source", ["", "  ", "a\nb", "x" * 500])
def test_a_source_needs_a_name(tmp_path: Path, source: str) -> None:
    with pytest.raises(InputError, match="is not a source"):
        import_postings(tmp_path / "x.csv", source=source)


@pytest.mark.parametrize("currency", ["cop", "pesos", "", "C0P"])
def test_a_currency_is_three_capitals(tmp_path: Path, currency: str) -> None:
    with pytest.raises(InputError, match="is not a currency"):
        import_postings(tmp_path / "x.csv", source="acme", currency=currency)
