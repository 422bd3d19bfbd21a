"""What a reader hands over: a posting as found, or a row it could not read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from adflux_core.errors import InputError

# No single posting is larger; a file that says otherwise has lost a quote or a bracket.
RECORD_LIMIT = 8 * 1024 * 1024
# A single field beyond this is not a text a person wrote; its row is quarantined.
FIELD_LIMIT = 1024 * 1024


class Found(NamedTuple):
    """A posting in the file's own words, under our field names (`columns.FIELDS`).

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
    """The file is broken. `import_postings` puts its name in front."""
