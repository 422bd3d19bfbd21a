"""Who looks on while numbers are read: sees each reply as it came, and hears what nobody expected in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

# What a witness kept of the replies to a question, in their order; anew each time it is asked.
Kept = Callable[[str], Iterator[bytes]]


class Witness:
    """One who keeps nothing. `metrics.evidence` has the one who does."""

    @property
    def pages(self) -> int:
        """How many replies are kept so far."""
        return 0

    def keep(self, question: str, body: bytes) -> None:
        """A reply to `question`, without tokens or personal values, in the order of coming."""

    def forget_from(self, page: int) -> None:
        """What came from the reply of this number on is asked for anew, or otherwise."""

    def wonder(self, place: str, name: str, example: object) -> None:
        """At `place` (the kind of row or reply) there was a field or a value that nobody asked for."""


NOBODY = Witness()
