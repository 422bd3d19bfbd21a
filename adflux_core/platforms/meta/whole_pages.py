"""A page of ad-days that is entirely as documented, checked and read as a whole.

Nine tenths of what reading cost went into asking each value of each row the same question. Here a page is
decoded into its documented form, each column is asked once, and whatever gives any doubt at all (a field
too many, a value of another kind, a number that is none) is left to the one reader of rows in `insights`,
which says what is wrong with which row. Source: Meta, Insights API.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache, partial
from itertools import repeat
from typing import Any

import msgspec

from adflux_core.advertising import AdMetrics
from adflux_core.platforms.meta.paging import decoded

COUNT = r"\d{1,18}"
AMOUNT = r"\d{1,15}(?:\.\d{1,6})?"
NONE = "0"
_counts = re.compile(rf"(?:{COUNT},)+", re.ASCII).fullmatch
_amounts = re.compile(rf"(?:{AMOUNT},)+", re.ASCII).fullmatch


class Action(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """How often something happened; a number in text."""

    action_type: str
    value: str


class AdDay(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """A row as it is documented: everything in text, and a number that was not measured absent."""

    campaign_id: str
    adset_id: str
    ad_id: str
    account_currency: str
    date_start: str
    date_stop: str = ""
    impressions: str = NONE
    clicks: str = NONE
    spend: str = NONE
    inline_link_clicks: str = NONE
    actions: tuple[Action, ...] = ()


class _Page(msgspec.Struct, forbid_unknown_fields=True):
    data: list[AdDay]
    paging: dict[str, Any] = {}


_decoder = msgspec.json.Decoder(_Page)


def page_of_ad_days(body: bytes) -> Any:
    """The reply, its rows as `AdDay` when all of it is as documented; else what `decoded` says of it."""
    try:
        page = _decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return decoded(body)
    return {"data": page.data, "paging": page.paging}


def read_whole(
    page: Sequence[AdDay], currency: str, since: date, until: date, conversion_action: str
) -> list[AdMetrics] | None:
    """The rows of a page that is not empty, or None when anything of it has to be looked at one by one."""
    ids = ([row.campaign_id for row in page], [row.adset_id for row in page], [row.ad_id for row in page])
    counted = (
        [row.impressions for row in page],
        [row.clicks for row in page],
        [row.inline_link_clicks for row in page],
    )
    spend = [row.spend for row in page]
    applications = _applications(page, conversion_action)
    sure = (
        len(applications) == len(page)
        and {row.account_currency for row in page} == {currency}
        and all(map(all, ids))
        and all(_are(_counts, column) for column in counted)
        and _are(_amounts, (*spend, *applications))
    )
    if not sure:
        return None
    try:
        days = [day_of(row.date_start) for row in page]
    except ValueError:
        return None
    if min(days) < since or max(days) > until:
        return None
    numbers = (map(int, column) for column in counted)
    amounts = (map(Decimal, column) for column in (spend, applications))
    columns = zip(days, *ids, repeat(currency, len(page)), *numbers, *amounts, strict=True)
    return [*map(partial(tuple.__new__, AdMetrics), columns)]


def _applications(page: Sequence[AdDay], conversion_action: str) -> list[str]:
    """One a row; fewer when a row counts the action twice."""
    found: list[str] = []
    for row in page:
        value = None
        for one in row.actions:
            if one.action_type == conversion_action:
                if value is not None:
                    return found
                value = one.value
        found.append(NONE if value is None else value)
    return found


def _are(fit: Callable[[str], object], column: Sequence[str]) -> bool:
    # One look at all of them; a comma of their own would make two of one.
    joined = ",".join((*column, ""))
    return joined.count(",") == len(column) and bool(fit(joined))


day_of = lru_cache(maxsize=2_000)(date.fromisoformat)  # a window has a thousand times as many rows as days
