"""Questions to the database, kept for some seconds; while it is down, the last answers with their age."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ParamSpec, TypeVar, cast

from adflux_core import database
from adflux_core.errors import DatabaseUnavailableError

FRESH_SECONDS = 10.0
PAUSE_SECONDS = 5.0  # after a failure, before it is asked again: one page asks many questions
MOST_KEPT = 500

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Kept:
    """An answer and when it was read."""

    answer: Any
    at: datetime
    clock: float


@dataclass(frozen=True)
class Silence:
    """The database did not answer, as it said then."""

    error: DatabaseUnavailableError
    clock: float


_kept: dict[tuple[object, ...], Kept] = {}
_silent: dict[str, Silence] = {}
old_answers: ContextVar[list[datetime] | None] = ContextVar("old_answers", default=None)


def ask(question: Callable[Asked, Answer], *values: Asked.args, **named: Asked.kwargs) -> Answer:
    """The answer, at most ten seconds old.

    While the database is down: the last answer, noted in `old_answers`. Raises DatabaseUnavailableError when
    this was never answered.
    """
    where = str(database.engine().url)
    key = (where, question.__module__, question.__name__, values, tuple(sorted(named.items())))
    kept = _kept.get(key)
    if kept is not None and time.monotonic() - kept.clock < FRESH_SECONDS:
        return cast("Answer", kept.answer)
    try:
        answer = _ask(where, lambda: question(*values, **named))
    except DatabaseUnavailableError:
        if kept is None:
            raise
        noted = old_answers.get()
        if noted is not None:
            noted.append(kept.at)
        return cast("Answer", kept.answer)
    _keep(key, answer)
    return answer


def forget() -> None:
    """Ask everything anew."""
    _kept.clear()
    _silent.clear()


def _ask(where: str, question: Callable[[], Answer]) -> Answer:
    silence = _silent.get(where)
    if silence is not None and time.monotonic() - silence.clock < PAUSE_SECONDS:
        raise silence.error
    try:
        answer = question()
    except DatabaseUnavailableError as error:
        _silent[where] = Silence(error, time.monotonic())
        raise
    _silent.pop(where, None)
    return answer


def _keep(key: tuple[object, ...], answer: object) -> None:
    _kept.pop(key, None)
    _kept[key] = Kept(answer, datetime.now(UTC), time.monotonic())
    while len(_kept) > MOST_KEPT:
        _kept.pop(next(iter(_kept)), None)
