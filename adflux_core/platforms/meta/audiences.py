"""Custom audiences at Meta: made, found again, filled and emptied by hashes. Nothing here sees a person.

The SDK's own helpers are not asked: they strip accents before hashing, and put what is removed into a URL.
Source: Meta, Customer File Custom Audiences.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from adflux_core.errors import AmbiguousError
from adflux_core.platforms.meta.client import Api

MOST_AT_ONCE = 10_000  # users in one request
SCHEMAS = {"email": "EMAIL_SHA256", "phone": "PHONE_SHA256"}
SIZES = "approximate_count_lower_bound,approximate_count_upper_bound"
PAGE_SIZE = 20  # the audiences page advises so

Action = Literal["add", "remove"]
Pages = Callable[[tuple[str, ...], Mapping[str, Any]], Iterator[Sequence[dict[str, Any]]]]


@dataclass(frozen=True)
class Batch:
    """One request of an upload. Meta knows it by session and number: sent again, it counts once."""

    session_id: int
    number: int  # from 1
    last: bool
    hashes: Sequence[bytes]


@dataclass(frozen=True)
class Received:
    """What Meta says of an upload so far."""

    users: int
    invalid: int


class MetaAudiences:
    """The audiences of one ad account."""

    def __init__(self, api: Api, account_id: str, pages: Pages) -> None:
        self.account_id = account_id
        self._api = api
        self._pages = pages

    def create(self, name: str) -> str:
        """A new, empty audience; its id. Raises AmbiguousError when it may or may not have been made."""
        values = {"name": name, "subtype": "CUSTOM", "customer_file_source": "USER_PROVIDED_ONLY"}
        reply = self._api.call("POST", (self.account_id, "customaudiences"), values)
        if not reply.get("id"):
            raise AmbiguousError("Meta answered a new audience without an id", platform="meta")
        return str(reply["id"])

    def find(self, token: str) -> str | None:
        """The id of the oldest audience whose name ends in the token."""
        named = [{"field": "name", "operator": "CONTAIN", "value": token}]
        wanted = {"fields": "id,name", "filtering": named, "limit": PAGE_SIZE}
        pages = self._pages((self.account_id, "customaudiences"), wanted)
        found = [int(raw["id"]) for page in pages for raw in page if raw["name"].endswith(token)]
        return str(min(found)) if found else None

    def send(self, external_id: str, action: Action, kind: str, batch: Batch) -> Received:
        """Put hashes in or take them out. Raises AmbiguousError, after which the same batch may be sent."""
        session = {
            "session_id": batch.session_id,
            "batch_seq": batch.number,
            "last_batch_flag": batch.last,
        }
        payload = {"schema": SCHEMAS[kind], "data": [[key.hex()] for key in batch.hashes]}
        params: dict[str, Any] = {"payload": payload, "session": session}
        if action == "remove":
            params["method"] = "DELETE"  # as a POST, or ten thousand hashes would stand in the URL
        reply = self._api.call("POST", (external_id, "users"), params)
        try:
            return Received(int(reply["num_received"]), int(reply["num_invalid_entries"]))
        except (KeyError, TypeError, ValueError):
            raise AmbiguousError("Meta answered an upload without its counts", platform="meta") from None

    def size(self, external_id: str) -> tuple[int, int] | None:
        """Between how many and how many people are matched, as Meta rounds it; None where it does not say."""
        raw = self._api.call("GET", (external_id,), {"fields": SIZES})
        lower, upper = (int(raw.get(name, -1)) for name in SIZES.split(","))
        return (lower, upper) if 0 <= lower <= upper else None
