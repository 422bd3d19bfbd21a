"""A window that is too much for its platform, read in halves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from adflux_core.advertising import MetricsWindow
from adflux_core.errors import TooMuchDataError
from adflux_core.witness import NOBODY, Witness


def read_in_halves(
    read: Callable[[date, date], MetricsWindow], since: date, until: date, seen: Witness = NOBODY
) -> MetricsWindow:
    """`read` of [since, until], in halves as long as it says TooMuchDataError; raises that of one day."""
    first_page = seen.pages
    try:
        return read(since, until)
    except TooMuchDataError:
        if since == until:
            raise
    seen.forget_from(first_page)
    middle = since + (until - since) // 2
    first = read_in_halves(read, since, middle, seen)
    second = read_in_halves(read, middle + timedelta(1), until, seen)
    return MetricsWindow(
        account=first.account,
        since=since,
        until=until,
        rows=[*first.rows, *second.rows],
        totals=[*first.totals, *second.totals],
        pages=first.pages + second.pages,
    )
