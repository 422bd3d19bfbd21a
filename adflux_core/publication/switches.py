"""What of a publication can be switched on, as its platform shows it, in as few questions as it takes."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from adflux_core.advertising import AdPlatform, RemoteObject
from adflux_core.errors import NotFoundError

SWITCHES = ("campaign", "ad_group", "ad")  # on every platform; with all three on, money is spent


def read_switches(platform: AdPlatform, bound: Mapping[str, str]) -> Mapping[str, RemoteObject]:
    """What of `bound`, external ids by kind, has a switch and still exists, by kind.

    A whole tree is one question: stopping hangs on the answers, and each further question is one more that
    may stay without. Raises what the platform raises when it does not answer.
    """
    wanted = [kind for kind in SWITCHES if kind in bound]
    tree: Mapping[str, RemoteObject] = {}
    if len(wanted) == len(SWITCHES):
        with suppress(NotFoundError):
            tree = platform.read_tree(bound)
    found = {kind: tree[kind] for kind in wanted if kind in tree}
    for kind in wanted:
        if kind not in found:
            with suppress(NotFoundError):
                found[kind] = platform.read(kind, bound[kind])
    return found
