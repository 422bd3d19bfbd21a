"""How a verb answers: one JSON document for programs, tables for people, one line when it fails."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

import click
from pydantic_core import to_jsonable_python
from rich.console import Console
from rich.table import Table

from adflux_core.errors import AdfluxError, IncompleteError
from adflux_core.log import plain_or_json

WIDEST = 36  # characters a column asks for; longer text wraps


def answer(value: Any, *, as_json: bool) -> None:
    """Print what was asked for on stdout."""
    plain = to_jsonable_python(value, serialize_unknown=True)
    if as_json:
        click.echo(json.dumps(plain, ensure_ascii=False, indent=2))
    else:
        _print(Console(), plain)


def fail(error: AdfluxError, *, as_json: bool) -> NoReturn:
    """One line on stderr, the partial answer if there is one, and the error's exit code."""
    if isinstance(error, IncompleteError):
        answer(error.answer, as_json=as_json)
    complain(str(error))
    raise SystemExit(error.exit_code)


def complain(text: str) -> None:
    """One line on stderr."""
    click.echo(plain_or_json(f"adflux: {text}", logging.ERROR), err=True)


def _print(console: Console, plain: Any) -> None:
    if isinstance(plain, Mapping):
        simple = {key: value for key, value in plain.items() if not isinstance(value, list | dict)}
        grid = Table.grid(padding=(0, 2))
        for key, value in simple.items():
            grid.add_row(f"[dim]{key}", _cell(value))
        console.print(grid)
        for key, value in plain.items():
            if isinstance(value, list | dict) and value:
                console.print(f"\n[bold]{key}")
                _print(console, value)
    elif isinstance(plain, Sequence) and plain and all(isinstance(row, Mapping) for row in plain):
        _print_rows(console, plain)
    elif isinstance(plain, Sequence) and not isinstance(plain, str):
        for line in plain or ["none"]:
            console.print(_cell(line), highlight=False)
    else:
        console.print(_cell(plain))


def _print_rows(console: Console, rows: Sequence[Mapping[str, Any]]) -> None:
    """As many columns as are readable at this width; the others are named, and stand in --json."""
    filled = [name for name in rows[0] if any(row[name] not in (None, "", [], {}) for row in rows)]
    shown: list[str] = []
    left = console.width
    for name in filled:
        widest = max(len(name), *(min(len(_cell(row[name])), WIDEST) for row in rows)) + 2
        if widest > left:
            break
        left -= widest
        shown.append(name)
    table = Table(*shown, header_style="bold", box=None)
    for row in rows:
        table.add_row(*(_cell(row[name]) for name in shown))
    console.print(table)
    if shown != filled:
        console.print(f"[dim]--json also has {', '.join(filled[len(shown) :])}")


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)
    return text.replace("[", r"\[")
