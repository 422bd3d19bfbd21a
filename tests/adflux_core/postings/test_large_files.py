"""Files larger than they should be are refused, and never held in memory."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from adflux_core.errors import InputError
from adflux_core.postings import import_postings

# Runs in its own process under a limit on memory: what the file holds must never be held here.
WATCHED = """
import re, sys
from pathlib import Path
from adflux_core.errors import InputError
from adflux_core.postings import PostingFormat, import_postings
import adflux_core.database as database
database.engine().connect().close()

def peak():  # not getrusage: that one starts at the size of the process that started this one
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) // 1024

before = peak()
try:
    import_postings(Path(sys.argv[1]), source="acme", format=PostingFormat(sys.argv[2]))
except InputError as error:
    print(peak() - before, error)
"""


@pytest.mark.parametrize(
    ("kind", "start"),
    [
        ("csv", b"id,title\n1,"),
        ("csv", b'id,title\n1,"'),
        ("json-ld", b'[{"@type":"JobPosting","title":"'),
        ("lever", b'[{"hostedUrl":"x","lists":[' + b"[]," * 10),
        ("rss", b"<rss><channel><item><title>"),
        ("indeed-xml", b"<source><job><title>x</title></job>"),
    ],
)
def test_an_endless_record_is_refused_without_being_held(
    untouched: None, database_url: str, tmp_path: Path, kind: str, start: bytes
) -> None:
    path = tmp_path / "endless"
    filler = b"[]," if kind == "lever" else b"<x/>" if kind == "indeed-xml" else b"abc "
    with path.open("wb") as file:
        file.write(start)
        for _ in range(64):
            file.write(filler * (2**20 // len(filler)))
    found = subprocess.run(
        [sys.executable, "-c", WATCHED, str(path), kind],
        env={**os.environ, "ADFLUX_DATABASE_URL": database_url, "PYTHONPATH": str(Path(__file__).parents[3])},
        capture_output=True,
        text=True,
        check=True,
        timeout=100,
    )
    grown, said = found.stdout.split(" ", 1)
    assert ("8 MB in one record" in said) or ("100000 values" in said) or ("10000 elements" in said)
    assert int(grown) < 40, grown


def test_five_gigabytes_of_nothing_are_refused_at_once(untouched: None, tmp_path: Path) -> None:
    path = tmp_path / "sparse.csv"
    with path.open("wb") as file:
        file.write(b"id,title\n1,")
        file.truncate(5 * 2**30)
    with pytest.raises(InputError, match="NUL at byte 11"):
        import_postings(path, source="acme")


def test_a_field_too_long_costs_its_row_only(database_url: str, tmp_path: Path) -> None:
    path = tmp_path / "jobs.csv"
    path.write_text(
        "id,title,description,company\n"
        f"1,Cook,{'x' * 2_000_000},Acme\n2,Cook,{'x' * 900_000},Acme\n"
        f"3,{'x' * 6000},d,Acme\n{'4' * 600},Cook,d,A\n"
    )
    receipt = import_postings(path, source="acme")
    assert receipt.created == 1
    assert receipt.quarantine == [
        (2, "description has 2000000 characters"),
        (4, "title has 6000 characters"),
        (5, "the id has 600 characters"),
    ]
