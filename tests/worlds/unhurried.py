"""A governor for tests that are about something else: there is always room."""

from __future__ import annotations

from adflux_core.advertising import Allowance, Room, Usage


class Unhurried:
    """Keeps what it was told, in `noted`."""

    def __init__(self) -> None:
        self.noted: list[Usage] = []

    def ask(self, _account_id: str, points: int, *, writing: bool) -> Room:  # noqa: ARG002
        return Room(Allowance(points=9000, hourly_calls=100_000), score=points, used=0.0)

    def note(self, _account_id: str, _room: Room, usage: Usage) -> None:
        self.noted.append(usage)
