"""Headers and fields: which column of a file is which of our fields, by its words or by a mapping."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from adflux_core.errors import InputError
from adflux_core.intake.records import UnreadableError

_NOT_WORD = re.compile(r"[\W_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
# Little words a header may have or lack: "fecha de la publicación", "date of posting".
_LITTLE = frozenset({"de", "del", "la", "el", "los", "las", "al", "a", "the", "of", "y"})


@lru_cache(maxsize=4096)
def fold(header: str) -> str:
    """'Título del  Puesto:' → 'titulopuesto'; 'jobTitle' and 'job_title' → 'jobtitle'."""
    spaced = _CAMEL.sub(" ", header)
    plain = unicodedata.normalize("NFKD", spaced).encode("ascii", "ignore").decode().lower()
    words = [word for word in _NOT_WORD.sub(" ", plain).split() if word not in _LITTLE]
    return "".join(words)


class Headers:
    """The headers that are known for one kind of row.

    `spanish` and `english` give each field its words, comma-separated, best first; accents, capitals and
    punctuation do not count. A file that has none of the fields `needed` is none of these; `called` is what
    people call them. `beside`: a header that means a field only where another field is there, too.
    """

    def __init__(
        self,
        spanish: Mapping[str, str],
        english: Mapping[str, str],
        *,
        needed: tuple[str, ...],
        called: str,
        beside: Mapping[str, tuple[str, str]] | None = None,
    ) -> None:
        self.fields = tuple(english)
        self.needed, self._called = needed, called
        self._spanish, self._english = _ranks(spanish), _ranks(english)
        self._all = {**self._spanish, **self._english}
        self._beside = beside or {}

    def recognised(self, headers: Sequence[str]) -> int:
        """How many of these headers we know."""
        return sum(fold(header) in self._all for header in headers)

    def field_of(self, header: str) -> str | None:
        """The field that a header means by its words."""
        return self._all.get(fold(header), (None, 0))[0]

    def language_of(self, headers: Sequence[str]) -> str | None:
        """What most of the headers we know are written in."""
        spanish = sum(fold(header) in self._spanish for header in headers)
        english = sum(fold(header) in self._english for header in headers)
        if spanish == english:
            return None
        return "es" if spanish > english else "en"

    def match(self, headers: Sequence[str], mapping: Mapping[str, str] | None = None) -> dict[str, int]:
        """Field → position of its column: the mapping's first, then the best of what is left by its words.

        Raises UnreadableError when a mapped column is not there, when two columns of the same name would
        both be read, or when none of the needed is there.
        """
        best = {field: (-1, _position(headers, field, column)) for field, column in (mapping or {}).items()}
        taken = {position for _, position in best.values()}
        for position, header in enumerate(headers):
            field, rank = self._all.get(fold(header), ("", 0))
            if not field or position in taken:
                continue
            if field in best and best[field][0] == rank:
                raise UnreadableError(
                    f"columns {best[field][1] + 1} and {position + 1} are both headed {header.strip()!r}: "
                    "rename one of them"
                )
            if field not in best or rank < best[field][0]:
                best[field] = (rank, position)
        if not any(field in best for field in self.needed):
            raise UnreadableError(
                f"no column can be {self._called} among: {_shown(headers)}; name it with --mapping"
            )
        chosen = {field: position for field, (_, position) in best.items()}
        folded = [fold(header) for header in headers]
        for header, (field, companion) in self._beside.items():
            if field not in chosen and companion in chosen and header in folded:
                chosen[field] = folded.index(header)
        return chosen

    def match_names(self, names: Sequence[str]) -> dict[str, str]:
        """Field → the best of these element names; for XML, where names are given by the format."""
        best: dict[str, tuple[int, str]] = {}
        for name in names:
            field, rank = self._all.get(fold(name), ("", 0))
            if field and (field not in best or rank < best[field][0]):
                best[field] = (rank, name)
        return {field: name for field, (_, name) in best.items()}

    def read_mapping(self, path: Path) -> dict[str, str]:
        """Field → column, from a TOML file's `[columns]`. Raises InputError naming what is wrong in it."""
        example = f'{self.needed[0]} = "…"'
        try:
            tables = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        except OSError as error:
            raise InputError(f"{path}: {error.strerror}; give the path of a TOML mapping") from None
        except UnicodeDecodeError:
            raise InputError(f"{path}: is not UTF-8 text; save the mapping as UTF-8") from None
        except tomllib.TOMLDecodeError as error:
            raise InputError(f"{path}: not TOML: {error}; write {example} under [columns]") from None
        columns = tables.get("columns")
        if not isinstance(columns, dict) or not columns:
            raise InputError(f"{path}: has no table [columns]; write {example} under [columns]")
        for field, column in columns.items():
            if field not in self.fields:
                raise InputError(
                    f"{path}: {field!r} is not a field of ours; choose from {', '.join(self.fields)}"
                )
            if not isinstance(column, str):
                raise InputError(f'{path}: {field} must name a column, as in {field} = "…"')
        return columns


def _ranks(table: Mapping[str, str]) -> dict[str, tuple[str, int]]:
    return {
        fold(word): (field, rank)
        for field, words in table.items()
        for rank, word in enumerate(words.split(", "))
    }


def _position(headers: Sequence[str], field: str, column: str) -> int:
    exact = [at for at, header in enumerate(headers) if header.strip() == column.strip()]
    similar = [at for at, header in enumerate(headers) if header.strip() and fold(header) == fold(column)]
    if not exact and not similar:
        raise UnreadableError(
            f"has no column {column!r}, which the mapping gives to {field}, among: {_shown(headers)}"
        )
    return (exact or similar)[0]


def _shown(headers: Sequence[str]) -> str:
    return ", ".join(" ".join(header.split())[:40] for header in headers[:30]) or "nothing"
