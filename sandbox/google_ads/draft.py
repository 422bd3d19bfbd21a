"""Changes that are not made yet: a request writes into a draft, and only a draft without errors is kept."""

from collections.abc import Iterator
from typing import Protocol

from sandbox.google_ads.kinds import Kind
from sandbox.google_ads.state import Resource


class Holder(Protocol):
    def find(self, name: str) -> Resource | None: ...
    def of_kind(self, kind: Kind) -> Iterator[Resource]: ...
    def put(self, resource: Resource) -> None: ...


class Draft:
    """Looks like what it lies upon, with the changes made so far."""

    def __init__(self, below: Holder) -> None:
        self._below = below
        self._changed: dict[str, Resource] = {}

    def find(self, name: str) -> Resource | None:
        return self._changed.get(name) or self._below.find(name)

    def of_kind(self, kind: Kind) -> Iterator[Resource]:
        seen = set()
        for resource in self._below.of_kind(kind):
            seen.add(resource.name)
            yield self._changed.get(resource.name, resource)
        for name, resource in self._changed.items():
            if resource.kind == kind and name not in seen:
                yield resource

    def put(self, resource: Resource) -> None:
        self._changed[resource.name] = resource

    def changing(self, name: str) -> Resource | None:
        """The resource, ready to be changed: a copy until the draft is kept."""
        found = self.find(name)
        if found is None or name in self._changed:
            return found
        self._changed[name] = found.copy()
        return self._changed[name]

    def keep(self) -> None:
        for resource in self._changed.values():
            self._below.put(resource)
