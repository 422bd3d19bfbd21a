"""Whatever is handed in by mistake or malice: one clear line, nothing changed, little memory."""

from __future__ import annotations

import gzip
import json
import os
import zipfile
from pathlib import Path

import pytest

from adflux_core import database
from adflux_core.errors import InputError
from adflux_core.postings import PostingFormat, import_postings

CSV = b"id,title\n1,Cook\n2,Driver\n"


def zipped(path: Path) -> bytes:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    return path.read_bytes()


LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE source [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b"<source><job><title>&b;</title></job></source>"
)
OUTSIDE = (
    b'<?xml version="1.0"?><!DOCTYPE source [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    b"<source><job><title>&x;</title></job></source>"
)
DEEP_JSON = b'[{"@type":"JobPosting","title":"x","x":' + b"[" * 5000 + b"]" * 5000 + b"}]"
DEEP_XML = b"<source><job>" + b"<a>" * 5000 + b"</a>" * 5000 + b"</job></source>"
WIDE_XML = b"<source><job>" + b"<a/>" * 20000 + b"</job></source>"
WIDE_JSON = b'[{"@type":"JobPosting","title":"x","x":[' + b"1," * 200000 + b"1]}]"
SHORT_JSON = b'{"jobs":[{"id":1,"title":"Cook","absolute_url":"https://x.example"},{"id":2,"ti'
SHORT_XML = b"<source><job><title>Cook</title></job><job><title>Dri"


def refusal(path: Path, kind: str | None = None, mapping: Path | None = None) -> str:
    with pytest.raises(InputError) as failure:
        import_postings(path, source="acme", format=PostingFormat(kind) if kind else None, mapping=mapping)
    said = str(failure.value)
    assert said.startswith(str(path) if mapping is None else "/"), said
    assert "\n" not in said
    assert failure.value.__cause__ is None
    return said


@pytest.mark.parametrize(
    ("content", "kind", "says"),
    [
        (b"", None, "is empty"),
        (b"\x1f\x8b\x08 rest", None, "gzip"),
        (b"%PDF-1.7 rest", None, "PDF"),
        (b"\xd0\xcf\x11\xe0 rest", None, "Excel"),
        (b"id,title\n1,Co\0ok\n", None, "NUL at byte 13"),
        (b"\0" * 4096, None, "NUL at byte 0"),
        ("id,title\n".encode("utf-32"), None, "UTF-32"),
        ("id,title\n1,X".encode("utf-16")[:-1], None, "UTF-16"),
        (b"\n\n ,\n", None, "only blank rows"),
        (b"color,size\nred,9\n", None, "color, size; name it with --mapping"),
        (b"id,title,Title\n1,a,b\n", None, "columns 2 and 3 are both headed 'Title'"),
        (b'id,title\n1,"Cook\n2,Driver\n', None, "line 2: a quote opens in this row and never closes"),
        (b'id,"title\n1,Cook\n', None, "name it with --mapping"),
        (CSV, "greenhouse", "is not valid JSON"),
        (CSV, "json-ld", "is not valid JSON"),
        (CSV, "rss", "not well-formed XML"),
        (CSV, "indeed-xml", "line 1, column 1"),
        (b'{"title":"Cook"}', "csv", "name it with --mapping"),
        (b'{"a":1}', None, "--format"),
        (b'{"a":1}', "greenhouse", "without a list 'jobs'"),
        (b'{"a":1}', "lever", "is a JSON object where a lever board is a list"),
        (b'{"jobs":[{"title":"x"}]}', "ashby", "not a ashby board"),
        (b'{"@type":"Person"}', "json-ld", "JobPosting"),
        (b"12", "json-ld", "neither a list nor an object"),
        (b'[{"@type":"JobPosting","title":"\xff\xfe"}]', None, "is not UTF-8"),
        (b'[{"@type":"JobPosting","title":"x"}] trailing', "json-ld", "not valid JSON"),
        (b'[{"@type":"JobPosting","n":' + b"9" * 6000 + b"}]", "json-ld", "number"),
        (SHORT_JSON, None, "the JSON ends in the middle (after posting 1"),
        (DEEP_JSON, None, "64 levels deep"),
        (WIDE_JSON, None, "100000 values"),
        (SHORT_XML, None, "line 1, column"),
        (DEEP_XML, None, "64 levels deep"),
        (WIDE_XML, None, "10000 elements"),
        (LAUGHS, None, "document type or an entity"),
        (OUTSIDE, None, "document type or an entity"),
        (b"<rss><channel/></rss>", "indeed-xml", "<rss> at its root where <source> should be"),
        (b"<jobs><job/></jobs>", None, "<jobs> at its root"),
        (b"<html><p>Nothing</p></html>", None, "application/ld+json"),
        (b"<html><p>Nothing</p></html>", "json-ld", "without a script"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(
    untouched: None, tmp_path: Path, content: bytes, kind: str | None, says: str
) -> None:
    path = tmp_path / "jobs.csv"
    path.write_bytes(content)
    assert says in refusal(path, kind)


def test_paths_that_are_no_file(untouched: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "does not exist" in refusal(tmp_path / "missing.csv")
    assert "is a folder" in refusal(tmp_path)
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    assert "is not a regular file" in refusal(fifo)
    locked = tmp_path / "locked.csv"
    locked.write_bytes(CSV)

    # Root may read everything, so the kernel's answer is played.
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert "may not be read by this user" in refusal(locked)


def test_archives_named_csv(untouched: None, tmp_path: Path) -> None:
    path = tmp_path / "jobs.csv"
    path.write_bytes(zipped(tmp_path / "x.zip"))
    assert "Excel file (XLSX): save the sheet as CSV" in refusal(path)
    path.write_bytes(gzip.compress(CSV))
    assert "gunzip" in refusal(path)


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ("[columns]\nsalario = 'id'\n", "'salario' is not a field of ours; choose from external_id, title"),
        ("[columns]\ntitle = 'Puesto'\n", "has no column 'Puesto', which the mapping gives to title"),
        ("[columns]\ntitle = 3\n", "title must name a column"),
        ("[other]\n", "has no table [columns]"),
        ("not toml", "not TOML"),
    ],
)
def test_a_wrong_mapping_is_named(untouched: None, tmp_path: Path, toml: str, says: str) -> None:
    path, mapping = tmp_path / "jobs.csv", tmp_path / "mapping.toml"
    path.write_bytes(CSV)
    mapping.write_text(toml)
    assert says in refusal(path, mapping=mapping)


def test_a_mapping_for_a_board_is_refused(untouched: None, tmp_path: Path) -> None:
    path = tmp_path / "jobs.json"
    path.write_bytes(b'{"jobs":[],"meta":{"total":0}}')
    assert "leave out --mapping" in refusal(path, mapping=tmp_path / "mapping.toml")


def test_no_library_error_escapes_random_bytes(untouched: None, tmp_path: Path) -> None:
    path = tmp_path / "noise"
    noise = bytes(range(1, 256)) * 3
    for kind in PostingFormat:
        for start in (b"", b"[", b'{"jobs":[', b"<source>", b"<rss><channel>", b'{"@graph":['):
            path.write_bytes(start + noise)
            assert refusal(path, kind.value)


def test_lone_surrogates_and_controls_in_json_are_stored_as_text(database_url: str, tmp_path: Path) -> None:
    path = tmp_path / "jobs.json"
    posting = {"@type": "JobPosting", "title": "Co\x00ok\x1a\x1f \ud83d", "description": "a\\b\tc\rd\x1e\x07"}
    path.write_text(json.dumps([posting]))
    assert import_postings(path, source="acme").created == 1
    with database.connection() as connected:
        row = connected.exec_driver_sql("SELECT title, description FROM adflux.posting").one()
    assert row.title.startswith("Cook")
    assert row.description == "a\\b c\nd"
    assert not any(ord(sign) < 9 or 13 < ord(sign) < 32 for sign in row.title + row.description)
