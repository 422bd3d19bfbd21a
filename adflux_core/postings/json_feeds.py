"""JSON read in a stream: one posting at a time, however long the file, never deeper or larger than sane."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import ijson  # type: ignore[import-untyped]  # it publishes no types

from adflux_core.intake.opening import CleanBytes
from adflux_core.intake.records import Bad, Feed, Found, UnreadableError
from adflux_core.postings.boards import BOARDS
from adflux_core.postings.formats import PostingFormat
from adflux_core.postings.json_ld import LISTS, job_postings, posting_fields

DEEPEST = 64
MOST_VALUES = 100_000
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f]")
_SCRIPT = re.compile(
    rb"""<script[^>]{0,200}application/ld\+json[^>]{0,200}>(.*?)</script""", re.IGNORECASE | re.DOTALL
)

Events = Iterator[tuple[str, Any]]


def read_json(stream: CleanBytes, head: bytes, kind: PostingFormat) -> Feed:
    """The postings of a board or of JSON-LD, which may sit in scripts of an HTML page."""
    if kind is not PostingFormat.JSON_LD:
        return Feed(_board(stream, kind))
    if head.lstrip()[:1] == b"<":
        return Feed(_ld(_in_scripts(stream)))
    return Feed(_ld(_documents(stream, stream, {})))


def _board(stream: CleanBytes, kind: PostingFormat) -> Iterator[Found | Bad]:
    board = BOARDS[kind]
    envelope: dict[str, Any] = {}
    number = 0
    for number, job in enumerate(_elements(stream, stream, {"jobs"}, envelope), start=1):
        if not isinstance(job, dict):
            yield Bad(number, f"is no object but {type(job).__name__}", str(job)[:500])
            continue
        if number == 1 and not any(key in job for key in board.signs):
            raise UnreadableError(
                f"is JSON, but its first posting has no {board.signs[0]!r}: not a {kind} board"
            )
        yield Found(number, board.fields(job))
    if board.listed_under and board.listed_under not in envelope:
        raise UnreadableError(f"is JSON without a list {board.listed_under!r}: not a {kind} board")
    if not board.listed_under and envelope:
        raise UnreadableError(f"is a JSON object where a {kind} board is a list")


def _ld(documents: Iterator[Any]) -> Iterator[Found | Bad]:
    number, seen = 0, False
    for document in documents:
        seen = True
        for number, posting in enumerate(job_postings(document), start=number + 1):  # noqa: B020
            yield Found(number, posting_fields(posting))
    if seen and number == 0:
        raise UnreadableError('holds no object with "@type": "JobPosting"')


def _documents(source: Any, stream: CleanBytes, envelope: dict[str, Any]) -> Iterator[Any]:
    yield from _elements(source, stream, LISTS, envelope)
    if envelope:
        yield envelope


def _in_scripts(stream: CleanBytes) -> Iterator[Any]:
    page = stream.readall()  # bounded: CleanBytes refuses more than one record's size
    scripts = _SCRIPT.findall(page)
    if not scripts:
        raise UnreadableError("is HTML without a script of type application/ld+json")
    for script in scripts:
        yield from _documents(io.BytesIO(script), stream, {})


def _elements(source: Any, stream: CleanBytes, lists: set[str], envelope: dict[str, Any]) -> Iterator[Any]:
    """The elements of the list at the top, or of the named lists in the object at the top.

    What else that object holds goes into `envelope`; a named list leaves an empty one there. Raises
    UnreadableError with the place where the JSON breaks off.
    """
    try:
        events: Events = ijson.basic_parse(source, buf_size=64 * 1024)
        event, value = next(events, ("nothing", None))
        if event == "start_array":
            yield from _each(events, stream)
        elif event == "start_map":
            for _, key in iter(lambda: next(events), ("end_map", None)):
                event, value = next(events)
                if event == "start_array" and key in lists:
                    envelope[key] = []
                    yield from _each(events, stream)
                else:
                    envelope[key] = _Value(events).build(event, value)
        else:
            raise UnreadableError("is JSON, but neither a list nor an object: export it again")
        for _ in events:  # whatever follows the end is an error
            pass
    except ijson.JSONError as error:
        raise UnreadableError(_what(error, stream)) from None
    except (ValueError, SystemError):  # a number of 5,000 digits; from C it comes wrapped in a SystemError
        raise UnreadableError(f"holds a number no one can read near byte {stream.position}") from None


def _each(events: Events, stream: CleanBytes) -> Iterator[Any]:
    for event, value in iter(lambda: next(events), ("end_array", None)):
        element = _Value(events).build(event, value)
        stream.marked = stream.position
        stream.record += 1
        yield element


def _what(error: ijson.JSONError, stream: CleanBytes) -> str:
    after = f"after posting {stream.record}, before byte {stream.position}"
    said = str(error).lower()
    if "premature" in said or "incomplete" in said:
        return f"the JSON ends in the middle ({after}): download it again"
    return f"is not valid JSON ({after}): export it again"


class _Value:
    """Builds one value from events, within bounds."""

    def __init__(self, events: Events) -> None:
        self._events = events
        self._left = MOST_VALUES

    def build(self, event: str, value: Any, depth: int = 0) -> Any:
        self._left -= 1
        if depth > DEEPEST or self._left < 0:
            bound = f"{DEEPEST} levels deep" if depth > DEEPEST else f"{MOST_VALUES} values"
            raise UnreadableError(f"a posting in the JSON goes beyond {bound}: that is no job posting")
        if event == "start_map":
            pairs = iter(lambda: next(self._events), ("end_map", None))
            return {key: self.build(*next(self._events), depth + 1) for _, key in pairs}
        if event == "start_array":
            items = iter(lambda: next(self._events), ("end_array", None))
            return [self.build(event, value, depth + 1) for event, value in items]
        if event == "string" and not value.isprintable():
            return _CONTROL.sub("", value)
        return value
