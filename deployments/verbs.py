"""What every verb of the command line shares: its answer, its failure in one line, its flow."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

import click
from rich.console import Console

from adflux_core.advertising import PlatformName
from adflux_core.errors import AdfluxError, InputError
from deployments.answers import answer, fail
from deployments.workplace import workplace

PARTLY = 3
PLATFORMS = [name.value for name in PlatformName]
PERSON = "adflux command"


class Day(click.ParamType[date]):
    """A day as 2026-10-31."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a day: write it as 2026-10-31", param, ctx)


def verb(function: Callable[..., Any]) -> Callable[..., None]:
    """A verb works in the workplace, answers with what it returns, and fails in one line.

    A verb that did its work in part returns (answer, 3).
    """

    @click.option("--json", "as_json", is_flag=True, help="Answer with one JSON document.")
    @wraps(function)
    def run(*, as_json: bool, **given: Any) -> None:
        try:
            with workplace():
                value = function(**given)
        except AdfluxError as error:
            fail(error, as_json=as_json)
        code = 0
        if isinstance(value, tuple):
            value, code = value
        answer(value, as_json=as_json)
        sys.exit(code)

    return run


def checked(flow: Any) -> Callable[..., Any]:
    """The flow, whose own refusal of a parameter becomes an InputError in one line."""

    def run(**given: Any) -> Any:
        from prefect.exceptions import ParameterTypeError

        try:
            if sys.stderr.isatty():
                Console(stderr=True).print(
                    "[dim]Prefect takes a few seconds; beside `adflux up` it is quicker"
                )
            return flow(**given)
        except ParameterTypeError as error:
            _, _, first = str(error).partition(" - ")
            name, _, why = first.partition("\n")[0].partition(": ")
            raise InputError(f"--{name} {given.get(name)}: {why[:1].lower()}{why[1:]}") from None

    return run
