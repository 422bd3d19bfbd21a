"""Ctrl-C, SIGTERM and SIGHUP, at any moment: never in the middle of something half done, never forgotten."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupts:
    """Inside `listening`, a signal raises SystemExit(128 + signal) in the main thread.

    Within `undisturbed` it waits for the end of the block; once `closed`, it is ignored: we are stopping.
    """

    def __init__(self) -> None:
        self.received = 0
        self.closed = False
        self._depth = 0

    @contextmanager
    def listening(self) -> Iterator[None]:
        before = {number: signal.getsignal(number) for number in SIGNALS}
        for number in SIGNALS:
            # nohup asks to outlive the terminal; a shell's `&` ignores SIGINT without anyone asking.
            if number != signal.SIGHUP or before[number] != signal.SIG_IGN:
                signal.signal(number, self._on)
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    @contextmanager
    def undisturbed(self) -> Iterator[None]:
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
        self._raise_if_due()

    def _on(self, number: int, _frame: FrameType | None) -> None:
        self.received = number
        self._raise_if_due()

    def _raise_if_due(self) -> None:
        if self.received and not self._depth and not self.closed:
            raise SystemExit(128 + self.received)
