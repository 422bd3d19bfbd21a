"""Cursor paging, with `paging.next` only when there is more, and the ways it can go wrong."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from bisect import bisect_left, bisect_right
from operator import itemgetter
from typing import Any
from urllib.parse import urlencode

from sandbox.meta.errors import GraphError, bad_parameter
from sandbox.meta.parameters import Signature
from sandbox.web import Request

DEFAULT_LIMIT = 25
LARGEST_LIMIT = 5000
PAGING = {
    "fields": "string",
    "limit": "unsigned int",
    "after": "string",
    "before": "string",
    "summary": "string",
    "filtering": "list<map>",
}
Ranked = list[tuple[int, Any]]  # in rising order of rank; a cursor remembers a rank


def with_paging(signature: Signature) -> Signature:
    return Signature(signature.types | PAGING, signature.enums)


def page(items: Ranked, request: Request, wanted: dict[str, Any]) -> dict[str, Any]:
    limit = wanted.get("limit", DEFAULT_LIMIT)
    if not 0 < limit <= LARGEST_LIMIT:
        raise bad_parameter(f"Param limit must be between 1 and {LARGEST_LIMIT}.", "limit")
    shown = _window(items, wanted, limit)
    if not shown:
        return {"data": []}
    first, last = shown[0][0], shown[-1][0]
    more = last < items[-1][0]
    shown, after = _spoiled(items, shown, request, _cursor(last))
    cursors = {"before": _cursor(first), "after": after}
    paging: dict[str, Any] = {"cursors": cursors}
    if more or after != _cursor(last):
        paging["next"] = _link(request, {"after": after})
    if first > items[0][0]:
        paging["previous"] = _link(request, {"before": cursors["before"]})
    return {"data": [item for _, item in shown], "paging": paging}


def _window(items: Ranked, wanted: dict[str, Any], limit: int) -> Ranked:
    if "before" in wanted:
        end = bisect_left(items, _rank(wanted["before"]), key=itemgetter(0))
        return items[max(0, end - limit) : end]
    if "after" in wanted:
        start = bisect_right(items, _rank(wanted["after"]), key=itemgetter(0))
        return items[start : start + limit]
    return items[:limit]


def _spoiled(items: Ranked, shown: Ranked, request: Request, after: str) -> tuple[Ranked, str]:
    came_from = request.params.get("after", "")
    if request.suffers("empty_middle_page"):
        # A cursor of its own that stands at the same place: nothing is lost, the page is just empty.
        return [], _cursor(_rank(came_from), "empty")
    if request.suffers("cursor_loop"):
        return shown, came_from
    if request.suffers("repeated_row"):
        before = [item for item in items if item[0] <= _rank(came_from)]
        return before[-1:] + shown, after
    return shown, after


def _cursor(rank: int, note: str = "") -> str:
    return urlsafe_b64encode(f"{rank}/{note}".encode()).decode().rstrip("=") + "ZD"


def _rank(cursor: str) -> int:
    text = cursor.removesuffix("ZD")
    try:
        return int(urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().split("/")[0])
    except ValueError:
        raise GraphError("(#100) Invalid cursors values.", subcode=1349125) from None


def _link(request: Request, cursor: dict[str, str]) -> str:
    params = request.link_params | request.params
    kept = {name: value for name, value in params.items() if name not in ("after", "before")}
    return f"{request.base_url}/{request.version}/{request.path}?{urlencode(kept | cursor)}"
