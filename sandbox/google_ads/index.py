"""Finding resources by what they are: who bears this name, who belongs to that parent.

Without it every create looks at every resource, and ten thousand keywords take minutes.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sandbox.google_ads.kinds import AD_GROUP, AD_GROUP_CRITERION, BUDGET, CAMPAIGN, Kind, Pb

if TYPE_CHECKING:
    from sandbox.google_ads.state import Resource

Key = tuple[str | int, ...]


def child_of(kind: Kind, parent: str) -> Key:
    return ("child", kind.name, parent)


def likeness(resource: "Resource") -> Key | None:
    """No two that are not removed may have the same."""
    kind, message = resource.kind, resource.message
    if kind == BUDGET:
        name = resource.given_name or message.name
        return (kind.name, name) if name else None
    if kind == CAMPAIGN:
        return (kind.name, message.name)
    if kind == AD_GROUP:
        return (kind.name, message.campaign, message.name)
    if kind == AD_GROUP_CRITERION:
        return (kind.name, message.ad_group, message.negative, *_words(message.keyword))
    return None


def _words(keyword: Pb) -> tuple[int, str]:
    return keyword.match_type, " ".join(keyword.text.casefold().split())


def keys_of(resource: "Resource") -> Iterator[Key]:
    own = likeness(resource)
    if own is not None:
        yield own
    if resource.kind.references:
        yield child_of(resource.kind, getattr(resource.message, resource.kind.references[0]))


class Index:
    """Names by key. It forgets nothing: whoever asks looks whether the key still holds."""

    def __init__(self) -> None:
        self._names: dict[Key, dict[str, None]] = defaultdict(dict)

    def add(self, resource: "Resource") -> None:
        for key in keys_of(resource):
            self._names[key][resource.name] = None

    def names(self, key: Key) -> list[str]:
        return list(self._names.get(key, ()))
