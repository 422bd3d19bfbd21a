"""What a reader hands over: a record as found, or a row it could not read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from adflux_core.errors import InputError

# No single record is larger; a file that says otherwise has lost a quote or a bracket.
RECORD_LIMIT = 8 * 1024 * 1024
# A single field beyond this is not a text a person wrote; its row is quarantined.
FIELD_LIMIT = 1024 * 1024


class Found(NamedTuple):
    """A record in the file's own words, under our field names (`Headers.fields`).

    `line` is where it starts in a CSV; in XML and JSON, where lines mean little, its number from 1.
    """

    line: int
    fields: Mapping[str, str]


class Bad(NamedTuple):
    """A row that was read and not believed."""

    line: int
    reason: str
    content: str


class Feed(NamedTuple):
    """A file being read. `language` ("es", "en") is what its own headers speak, where they tell."""

    items: Iterator[Found | Bad]
    language: str | None = None


class UnreadableError(InputError):
    """The file is broken. `naming` puts its name in front."""


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Put the file's name in front of what is wrong with it, on one line."""
    try:
        yield
    except UnreadableError as error:
        raise InputError(" ".join(f"{path}: {error}".split())) from None
    except OSError as error:
        raise InputError(" ".join(f"{path}: cannot be read ({error.strerror})".split())) from None
