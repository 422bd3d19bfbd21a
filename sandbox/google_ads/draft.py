"""Changes that are not made yet: a request writes into a draft, and only a draft without errors is kept."""

from collections.abc import Iterator
from typing import Protocol

from sandbox.google_ads.index import Index, Key, keys_of
from sandbox.google_ads.state import Resource


class Holder(Protocol):
    def find(self, name: str) -> Resource | None: ...
    def names(self, key: Key) -> list[str]: ...
    def put(self, resource: Resource) -> None: ...


class Draft:
    """Looks like what it lies upon, with the changes made so far."""

    def __init__(self, below: Holder) -> None:
        self._below = below
        self._changed: dict[str, Resource] = {}
        self._index = Index()
        self._copies: set[str] = set()  # their keys may change until the draft is kept

    def find(self, name: str) -> Resource | None:
        return self._changed.get(name) or self._below.find(name)

    def names(self, key: Key) -> list[str]:
        return list(dict.fromkeys([*self._below.names(key), *self._index.names(key), *self._copies]))

    def matching(self, key: Key) -> Iterator[Resource]:
        """Those with that key that are not removed."""
        for name in self.names(key):
            found = self.find(name)
            if found is not None and not found.is_removed and key in keys_of(found):
                yield found

    def put(self, resource: Resource) -> None:
        self._changed[resource.name] = resource
        self._index.add(resource)

    def changing(self, name: str) -> Resource | None:
        """The resource, ready to be changed: a copy until the draft is kept."""
        found = self.find(name)
        if found is None or name in self._changed:
            return found
        self._changed[name] = found.copy()
        self._copies.add(name)
        return self._changed[name]

    def keep(self) -> None:
        for resource in self._changed.values():
            self._below.put(resource)
