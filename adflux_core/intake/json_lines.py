"""JSON lines: one object a line, its keys matched to our fields as headers are."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from adflux_core.intake.headers import Headers
from adflux_core.intake.opening import HEAD, CleanBytes
from adflux_core.intake.records import Bad, Feed, Found


def read_json_lines(stream: CleanBytes, known: Headers) -> Feed:
    """The records; a line that is no JSON object is Bad. Numbers keep the words they were written in."""
    return Feed(_records(stream, known))


def _records(stream: CleanBytes, known: Headers) -> Iterator[Found | Bad]:
    names = lru_cache(maxsize=1024)(known.match_names)
    text = io.TextIOWrapper(io.BufferedReader(stream, HEAD), encoding="utf-8", errors="replace")
    for line, said in enumerate(text, start=1):
        stream.marked = stream.position
        if not said.strip():
            continue
        try:
            record = json.loads(said, parse_float=str, parse_int=str, parse_constant=str)
        except (ValueError, RecursionError):
            record = None
        if not isinstance(record, dict):
            yield Bad(line, "is no JSON object", "")
            continue
        chosen = names(tuple(record))
        yield Found(line, {field: _text(record[key]) for field, key in chosen.items()})


def _text(value: Any) -> str:
    if value is None or isinstance(value, dict):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "; ".join(one for one in map(_text, value) if one)
    return str(value)
