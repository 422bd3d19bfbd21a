"""What `adflux demo` and `adflux up` say while they start: each stage once it is done, and its seconds."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.console import Console

from adflux_core.log import json_wanted, plain_or_json


class Stages:
    """Says on stderr what is being done, and remembers how long each part took."""

    def __init__(self) -> None:
        self.console = Console(stderr=True)
        self.seconds: dict[str, float] = {}

    def tell(self, stage: str, seconds: float | None) -> None:
        if seconds is None:
            return
        if json_wanted():
            click.echo(plain_or_json(f"{stage}: {seconds:.1f} s", logging.INFO), err=True)
        else:
            self.console.print(f"[green]✓[/] {stage} [dim]{seconds:.1f} s")

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        with self.console.status(name):
            yield
        self.seconds[name] = time.monotonic() - began
        self.tell(name, self.seconds[name])
