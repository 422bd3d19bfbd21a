"""The shipped protocol, broken on purpose in one place: whoever proves it must notice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pkgutil import resolve_name
from typing import Any

from sqlalchemy.orm import Session

from adflux_core import database
from adflux_core.advertising import PlatformName
from adflux_core.platforms import REGISTRY
from adflux_core.publication import converge as protocol
from adflux_core.publication.claim import Claim

ADAPTERS: dict[PlatformName, Any] = {
    name: resolve_name(registered.adapter) for name, registered in REGISTRY.items()
}
RUNNING = {PlatformName.GOOGLE_ADS: "ENABLED"}  # what is on, where it is not called ACTIVE


def _no_intent() -> None:
    Claim.intend = lambda *_: None  # type: ignore[method-assign]


def _repeated_on_doubt() -> None:
    protocol._Pass._found = lambda *_: False  # type: ignore[method-assign]


def _no_quiescence() -> None:
    found = protocol._Pass._found

    def at_once(run: Any, step: Any) -> bool:
        run.quiescence = timedelta()
        return found(run, step)

    protocol._Pass._found = at_once  # type: ignore[method-assign]


def _no_epoch_check() -> None:
    @contextmanager
    def unfenced(_claim: Claim) -> Iterator[Session]:
        with database.transaction() as session:
            yield session

    Claim._write = unfenced  # type: ignore[method-assign]


def _created_active() -> None:
    for name, adapter in ADAPTERS.items():
        adapter.create = _running(adapter.create, RUNNING.get(name, "ACTIVE"))


def _running(create: Any, word: str) -> Any:
    def running(platform: Any, step: Any, bound: Any) -> Any:
        for node in step.nodes:
            if "status" in node.payload:
                node.payload["status"] = word
        return create(platform, step, bound)

    return running


def _campaign_first() -> None:
    protocol.reversed = list  # type: ignore[attr-defined]


def _never_finished() -> None:
    """Stops for good where a process died: the recovery that does not recover."""
    build = protocol._Pass._build

    def gives_up(run: Any, step: Any) -> None:
        if "ATTEMPTED" in {run.held.objects[node.key].state for node in step.nodes}:
            raise protocol._Stop("failed", "somebody died here")
        build(run, step)

    protocol._Pass._build = gives_up  # type: ignore[method-assign]


DEFECTS: dict[str, Callable[[], None]] = {
    "no intent": _no_intent,
    "repeated on doubt": _repeated_on_doubt,
    "no quiescence": _no_quiescence,
    "created ACTIVE": _created_active,
    "campaign switched on first": _campaign_first,
    "never finished": _never_finished,
    "no epoch check": _no_epoch_check,
}


def plant(defect: str) -> None:
    """For the rest of this process; an empty name plants nothing."""
    if defect:
        DEFECTS[defect]()
