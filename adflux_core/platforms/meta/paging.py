"""Page after page to the end, each as Meta sent it for whoever looks on; its paging links carry the token.

Source: Meta, Graph API, Paginated Results.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import suppress
from functools import partial
from json import loads
from typing import Any

from pydantic_core import from_json

from adflux_core.errors import UnavailableError
from adflux_core.witness import NOBODY, Witness

Keep = Callable[[bytes], object]
Decode = Callable[[bytes], Any]
Get = Callable[[tuple[str, ...], Mapping[str, Any], Keep | None], dict[str, Any]]

REPLY = {"data", "paging"}
SECRETS = (b"access_token=", b"appsecret_proof=")
_secret = re.compile(rb"(?<=access_token=)[^&\"\\]+|(?<=appsecret_proof=)[^&\"\\]+")
_email = re.compile(rb"[\w.+-]+(?:@|\\u0040)[\w-]+\.[\w.-]+")


def every_page(
    get: Get, path: tuple[str, ...], params: Mapping[str, Any], seen: Witness = NOBODY, question: str = ""
) -> Iterator[list[Any]]:
    """Every page to the end: an empty one in the middle does not stop us, as it does the SDK.

    With a `question` that these pages answer, `seen` is shown them.
    """
    keep = partial(_show, seen, question) if question and seen is not NOBODY else None
    known: set[str] = set()
    after: str | None = None
    while True:
        reply = get(path, {**params, **({"after": after} if after else {})}, keep)
        if question and not reply.keys() <= REPLY:
            wonder_at(seen, f"reply: {question}", reply, REPLY)
        page, paging = reply.get("data") or [], reply.get("paging") or {}
        if not isinstance(page, list) or not isinstance(paging, dict):
            raise UnavailableError("Meta answered with what is no page: nothing was taken", platform="meta")
        yield page
        after = (paging.get("cursors") or {}).get("after")
        if not paging.get("next"):
            return
        if after is None or after in known:
            raise UnavailableError("Meta's paging leads nowhere: nothing was taken", platform="meta")
        known.add(after)


def wonder_at(seen: Witness, place: str, raw: Mapping[str, Any], known: AbstractSet[str]) -> None:
    """At each field that is too many."""
    for name in raw.keys() - known:
        seen.wonder(place, name, raw[name])


def decoded(body: bytes) -> Any:
    """None when it is no JSON. Numbers are read by the million, so the fast decoder is asked first."""
    try:
        return from_json(body, cache_strings="keys")
    except ValueError:
        with suppress(ValueError):
            return loads(body)  # takes half a surrogate pair, with which a name cut in an emoji ends
    return None


def harmless(body: bytes) -> bytes:
    """The reply without tokens, and without what is shaped like an e-mail address."""
    # A look for what is not there costs a hundredth of what looking by pattern does.
    if any(name in body for name in SECRETS):
        body = _secret.sub(b"-", body)
    return _email.sub(b"-", body) if b"@" in body or b"\\u0040" in body else body


def _show(seen: Witness, question: str, body: bytes) -> None:
    seen.keep(question, harmless(body))
