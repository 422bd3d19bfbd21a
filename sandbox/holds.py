"""Calls that are held in the middle until somebody lets them go, so that their client can die meanwhile."""

import threading

from sandbox.calls import Call


class Holds:
    """Each call waits at a gate of its own."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: dict[int, Call] = {}
        self._lost: set[int] = set()
        self._closed = False

    def wait(self, call: Call) -> bool:
        """Stay until released. Whether it goes on; otherwise it is lost."""
        with self._changed:
            if self._closed:
                return False
            self._waiting[call.index] = call
            self._changed.wait_for(lambda: call.index not in self._waiting)
            if call.index in self._lost:
                self._lost.discard(call.index)
                return False
            return True

    def waiting(self) -> list[int]:
        with self._changed:
            return sorted(self._waiting)

    def release(self, index: int | None = None, *, lost: bool) -> list[int]:
        """Open this call's gate, or every one; the indices of the calls that stood there."""
        with self._changed:
            released = [one for one in sorted(self._waiting) if index in (None, one)]
            if lost:
                self._lost.update(released)
            for one in released:
                del self._waiting[one]
            self._changed.notify_all()
            return released

    def close(self) -> None:
        """The world ends: what is held is lost, and nothing is held any more."""
        with self._changed:
            self._closed = True
        self.release(lost=True)
