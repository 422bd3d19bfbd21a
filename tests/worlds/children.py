"""Starts real processes that run `converge` or a sync, and tells how each of them ended."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil

PROGRAM = Path(__file__).with_name("converging_children.py")


@dataclass(frozen=True)
class End:
    """`code` is minus the signal when one ended it; `said` is the outcome or the error in its own words."""

    code: int
    said: str


class Children:
    """`with Children(environment) as children:` none is left after the block."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        root = str(PROGRAM.parents[2])
        self._parent = subprocess.Popen(
            [sys.executable, str(PROGRAM)],
            env={**os.environ, **environment, "PYTHONPATH": root},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for child in psutil.Process(self._parent.pid).children():
            child.kill()
        self._parent.communicate()

    def start(self, publication_id: int, environment: Mapping[str, str], defect: str = "") -> psutil.Process:
        order = {"publication": publication_id, "environment": dict(environment), "defect": defect}
        return psutil.Process(self._asked(order)["pid"])

    def start_sync(self, today: date, environment: Mapping[str, str]) -> psutil.Process:
        """Of the numbers of Meta, at the account's `today`."""
        order = {"today": str(today), "environment": dict(environment)}
        return psutil.Process(self._asked(order)["pid"])

    def wait(self, child: psutil.Process) -> End:
        return End(**self._asked({"wait": child.pid}))

    def _asked(self, order: dict[str, Any]) -> dict[str, Any]:
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._parent.stdin.write(json.dumps(order) + "\n")
        self._parent.stdin.flush()
        answer: dict[str, Any] = json.loads(self._parent.stdout.readline())
        return answer
