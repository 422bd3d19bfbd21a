"""A world that has the toy, too: it answers below `/toy`; clock, faults and calls are the world's."""

from datetime import date
from typing import Any

from sandbox.faults import Fault
from sandbox.misbehaviour import PAGES
from sandbox.server import Sandbox
from sandbox.toy import wire
from sandbox.toy.state import Account
from sandbox.web import Reply, Request

PLATFORM = "toy"


class ToySandbox(Sandbox):
    """The toy's account is in the currency and the time zone of the world."""

    def __init__(self, *, today: date | None = None, seed: int = 1) -> None:
        super().__init__(today=today, seed=seed)
        self.toy = Account(self.clock, "COP", seed)
        self.clock.on_advance.append(self.toy.let_time_pass)

    @property
    def toy_url(self) -> str:
        return f"{self.meta_graph_url}/{PLATFORM}"

    def control(self, method: str, path: str, body: Any = None) -> Any:
        said = super().control(method, path, body)
        with self.lock:
            if (method, path) == ("GET", "objects"):
                return {"objects": [*said["objects"], *self._objects()]}
            if (method, path) == ("GET", "truth"):
                return said | {"reported": [*said["reported"], *self._reported(body or {})]}
        return said

    def _do(self, request: Request) -> Reply:
        if request.version != PLATFORM:
            return super()._do(request)
        with self.lock:
            return wire.answer(self.toy, request)

    def _false_reply(self, request: Request, fault: Fault) -> Reply:
        if request.version != PLATFORM or fault.kind in PAGES:
            return super()._false_reply(request, fault)
        return wire.false_reply(fault)

    def _objects(self) -> list[dict[str, Any]]:
        return [
            wire.shown(self.toy, one) | {"platform": PLATFORM, "delivers": self.toy.delivers(one)}
            for one in self.toy.things.values()
        ]

    def _reported(self, window: dict[str, str]) -> list[dict[str, Any]]:
        since = date.fromisoformat(window.get("since", str(date.min)))
        until = date.fromisoformat(window.get("until", str(self.clock.today)))
        return [row | {"platform": PLATFORM} for row in self.toy.rows(since, until)]
