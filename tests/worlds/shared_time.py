"""Time that passes for the sandbox and for us together, and only when somebody waits."""

from __future__ import annotations

import threading
import time

from adflux_core.accounts import SharedGovernor
from adflux_core.advertising import AdPlatform, PlatformName
from adflux_core.platforms import open_platform
from sandbox.server import Sandbox


class SharedTime:
    """`now` and `wait` for a governor. What the test itself takes counts, too."""

    def __init__(self, world: Sandbox) -> None:
        self._world = world
        self._lock = threading.Lock()
        self._ahead = 0.0
        self.waits: list[float] = []

    def now(self) -> float:
        return time.time() + self._ahead

    def wait(self, seconds: float) -> None:
        with self._lock:
            self._world.control("POST", "clock", {"advance_seconds": seconds})
            self._ahead += seconds
            self.waits.append(seconds)

    def open_platform(self, name: PlatformName, account_id: str | None = None) -> AdPlatform:
        return open_platform(name, SharedGovernor(name, now=self.now, wait=self.wait), account_id)
