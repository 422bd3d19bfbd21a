"""The kinds of task, and the only retry policy.

Each task is one commit, one remote effect or one result. Whether trying again can help is the error's own
knowledge (`adflux_core.errors`), so nothing else decides on retries.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, Protocol, TypeVar

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.runtime import flow_run
from prefect.tasks import Task

from adflux_core.calls import begin_tracing
from adflux_core.errors import AdfluxError, ThrottledError

# Each flow's process comes by here before its first run begins, which is when Prefect looks for it.
begin_tracing()

P = ParamSpec("P")
R = TypeVar("R")


class Kind(Protocol):
    """A decorator that keeps the function's own signature."""

    def __call__(self, function: Callable[P, R], /) -> Task[P, R]: ...


# Seconds before each further try: a hiccup, a restart, a platform's short throttle. A longer one is left to
# the next scheduled run: converge comes every ten minutes, and each sync reads the last 28 days again.
WAITS = [2.0, 10.0, 60.0]


def external_call(name: str, run_name: str | None = None) -> Kind:
    """A task that talks to an ad platform."""
    return _kind(name, run_name, WAITS, "external")


def transaction(name: str) -> Kind:
    """A task that is one commit, or a report of one."""
    return _kind(name, None, WAITS[:2], "transaction")


def computation(name: str, run_name: str | None = None) -> Kind:
    """A task that only works something out of what it is given: the same again would come to the same."""
    return _kind(name, run_name, [], "computation")


def run_id() -> str:
    """Of the flow run that this task belongs to, for receipts that name it; empty outside of one."""
    return str(flow_run.id or "")


def _kind(name: str, run_name: str | None, waits: list[float], tag: str) -> Kind:
    return task(
        name=name,
        task_run_name=run_name or name,  # without it Prefect adds a random tail
        tags=[tag],
        # Tasks hand each other ids and small values; what lasts is in PostgreSQL.
        cache_policy=NO_CACHE,
        persist_result=False,
        retries=len(waits),
        retry_delay_seconds=waits,
        retry_jitter_factor=0.3,
        retry_condition_fn=_worth_retrying,
    )


def _worth_retrying(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    failure = state.result(raise_on_failure=False)
    if isinstance(failure, ThrottledError) and (failure.retry_after or 0) > WAITS[-1]:
        return False
    return isinstance(failure, AdfluxError) and failure.retriable
