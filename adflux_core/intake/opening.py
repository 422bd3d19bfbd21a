"""From a path to clean UTF-8 bytes: what kind of file it is, its encoding, and no control characters."""

from __future__ import annotations

import codecs
import io
import re
import stat
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, NamedTuple

from adflux_core.intake.records import RECORD_LIMIT, UnreadableError

CHUNK = 256 * 1024
HEAD = 1024 * 1024
# Files that are often sent by mistake, by their first bytes (Wikipedia's list of file signatures).
SIGNATURES = {
    b"PK\x03\x04": "a ZIP or Excel file (XLSX): save the sheet as CSV, or unpack it",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file (XLS, DOC): save the sheet as CSV",
    b"\x1f\x8b": "compressed with gzip: unpack it first (gunzip)",
    b"BZh": "compressed with bzip2: unpack it first",
    b"\xfd7zXZ": "compressed with xz: unpack it first",
    b"7z\xbc\xaf\x27\x1c": "a 7-Zip archive: unpack it first",
    b"(\xb5/\xfd": "compressed with zstd: unpack it first",
    b"Rar!": "a RAR archive: unpack it first",
    b"%PDF": "a PDF: ask for the postings as CSV, XML or JSON",
    b"\x89PNG": "a picture: ask for the postings as CSV, XML or JSON",
    b"\xff\xd8\xff": "a picture: ask for the postings as CSV, XML or JSON",
    b"SQLite format 3": "an SQLite database: export the table as CSV",
    b"PAR1": "a Parquet file: export the table as CSV",
}
MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
# Everything below a space except tab, line feed and carriage return; and DEL.
CONTROLS = bytes(set(range(32)) - {9, 10, 13}) + b"\x7f"
# The five bytes Windows' code page leaves undefined; where they occur, it is ISO 8859-1.
NOT_CP1252 = b"\x81\x8d\x8f\x90\x9d"
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")


class Inspected(NamedTuple):
    """A file that can be read: its size in bytes, its encoding, the length of its byte order mark."""

    path: Path
    size: int
    encoding: str
    mark: int
    head: bytes  # the first megabyte, as clean UTF-8


def inspect(path: Path) -> Inspected:
    """Look at the whole file once, without keeping it. Raises UnreadableError saying what it is instead."""
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise UnreadableError("is a folder: give a file")
        if not stat.S_ISREG(found.st_mode):
            raise UnreadableError("is not a regular file: save it to disk first")
        if found.st_size == 0:
            raise UnreadableError("is empty: export it again")
        with path.open("rb") as file:
            return _inspect(path, file, found.st_size)
    except OSError as error:
        raise UnreadableError(_why(error)) from None
    except ValueError:
        raise UnreadableError("is not a path: it holds a NUL character") from None


def _why(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "does not exist: check the path"
    if isinstance(error, PermissionError):
        return "may not be read by this user: change its permissions"
    return f"cannot be read ({error.strerror}): copy it to a local disk and try again"


def _inspect(path: Path, file: BinaryIO, size: int) -> Inspected:
    start = file.read(16)
    for signature, kind in SIGNATURES.items():
        if start.startswith(signature):
            raise UnreadableError(f"is {kind}")
    if start.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise UnreadableError("is UTF-32 text: save it as UTF-8")
    mark = next((mark for mark in MARKS if start.startswith(mark)), b"")
    encoding = MARKS.get(mark, "utf-8")
    file.seek(len(mark))
    problem = _first_undecodable(file, encoding)
    if problem is not None:
        if encoding != "utf-8" or mark:
            raise UnreadableError(f"byte {problem} is not {encoding.upper()}: save the file as UTF-8")
        file.seek(0)
        encoding = _eight_bit(file)
    file.seek(0)
    inspected = Inspected(path, size, encoding, len(mark), b"")
    head = CleanBytes(io.BytesIO(file.read(HEAD)), inspected).readall()
    return inspected._replace(head=head)


def _first_undecodable(file: BinaryIO, encoding: str) -> int | None:
    """The position of the first byte that is not text in this encoding. Raises on NUL: that is no text."""
    decoder = codecs.getincrementaldecoder(encoding)()
    position = file.tell()
    while chunk := file.read(CHUNK):
        if encoding == "utf-8" and b"\0" in chunk:
            where = position + chunk.index(b"\0")
            raise UnreadableError(f"is not text (a NUL at byte {where}): export it as CSV, XML or JSON")
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError as error:
            return position + error.start
        position += len(chunk)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return position
    return None


def _eight_bit(file: BinaryIO) -> str:
    """What the file declares when it is XML; else Windows' code page, or ISO 8859-1 where that cannot be."""
    undefined = False
    declared = ""
    for number, chunk in enumerate(iter(lambda: file.read(CHUNK), b"")):
        if number == 0 and (found := _DECLARED.match(chunk)):
            declared = found[1].decode("ascii").lower()
        if b"\0" in chunk:
            raise UnreadableError("is not text (it holds NUL bytes): export it as CSV, XML or JSON")
        undefined = undefined or any(byte in chunk for byte in NOT_CP1252)
    if declared not in {"", "utf-8", "iso-8859-1"}:
        try:
            # Only encodings of single bytes: the others would have to be validated anew.
            if len(bytes(range(32, 127)).decode(declared)) == 95:
                return codecs.lookup(declared).name
        except (LookupError, UnicodeDecodeError):
            pass
    return "latin-1" if undefined else "cp1252"


class CleanBytes(io.RawIOBase):
    """A file as UTF-8 without byte order mark or control characters.

    It also watches over size: between two settings of `marked = position` no more than RECORD_LIMIT
    bytes go by, so that no reader downstream ever holds a larger record. Raises UnreadableError then.
    """

    def __init__(
        self, file: BinaryIO, inspected: Inspected, progress: Callable[[int, int], None] | None = None
    ) -> None:
        super().__init__()
        self._file = file
        self._size = inspected.size
        self._progress = progress
        self._decoder = (
            None
            if inspected.encoding == "utf-8"
            else codecs.getincrementaldecoder(inspected.encoding)("replace")
        )
        file.seek(inspected.mark)
        self._pending = b""
        self.position = 0  # bytes read from the file
        self.marked = 0
        self.record = 0  # how many records have been handed on

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        if size < 0:
            return self.readall()
        while not self._pending:
            if self.position - self.marked > RECORD_LIMIT:
                raise UnreadableError(
                    f"more than {RECORD_LIMIT // 2**20} MB in one record near byte {self.marked}: look "
                    "there for an unclosed quote, bracket or tag"
                )
            if not self._fill():
                return b""
        given, self._pending = self._pending[:size], self._pending[size:]
        return given

    def readall(self) -> bytes:
        return b"".join(iter(lambda: self.read(CHUNK), b""))

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        given = self.read(len(buffer))
        buffer[: len(given)] = given
        return len(given)

    def _fill(self) -> bool:
        try:
            chunk = self._file.read(CHUNK)
        except OSError as error:
            raise UnreadableError(_why(error)) from None
        self.position += len(chunk)
        if self._progress is not None and chunk:
            self._progress(self.position, self._size)
        clean = chunk
        if self._decoder is not None:
            clean = self._decoder.decode(chunk, final=not chunk).encode("utf-8", "replace")
        self._pending = clean.translate(None, CONTROLS)
        return bool(chunk or self._pending)
