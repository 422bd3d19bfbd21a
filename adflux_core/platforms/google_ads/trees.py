"""Whole publications, read together: what is asked for while a reading is under way makes up the next one.

A query is one operation of the day, however many campaigns it is about, and 24 publications are converged
at once. So whoever asks joins the reading that has not begun yet, and one of them does it for all. Nobody is
given anything that was read before asking.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from copy import copy
from functools import lru_cache
from itertools import chain
from threading import Event, Lock
from typing import Any

from adflux_core.advertising import RemoteObject
from adflux_core.errors import AdfluxError, NotFoundError, UnavailableError
from adflux_core.platforms.google_ads import queries, reading
from adflux_core.platforms.google_ads.client import Rows
from adflux_core.platforms.google_ads.credentials import Access

Bound = Mapping[str, str]  # external ids by kind
Found = Mapping[str, RemoteObject]
Query = Callable[[str], Rows]


class _Reading:
    """One reading, from the first who asks for it to the answer for everybody."""

    def __init__(self) -> None:
        self.asked: list[Bound] = []
        self.done = Event()
        self.found: dict[tuple[str, str], RemoteObject] = {}
        self.failure: AdfluxError | None = None


class Trees:
    """The readings of one account in this process."""

    def __init__(self) -> None:
        self._joining = Lock()
        self._reading = Lock()
        self._next: _Reading | None = None

    def read(self, query: Query, bound: Bound) -> Found:
        """What `bound` names, by kind; an object that stands elsewhere than it says is left out.

        Raises NotFoundError when the ad, its ad group or the campaign is gone.
        """
        with self._joining:
            ours, first = self._next or _Reading(), self._next is None
            self._next = ours
            ours.asked.append(bound)
        if first:
            self._perform(ours, query)
        else:
            ours.done.wait()
        if ours.failure is not None:
            raise copy(ours.failure)  # each thread its own, since a traceback is written into it
        return _named(ours.found, bound)

    def _perform(self, ours: _Reading, query: Query) -> None:
        # What stands when nothing else is said, however this thread ends.
        ours.failure = UnavailableError("a reading was broken off", platform="google_ads")
        try:
            with self._reading:
                self._close(ours)
                ours.found = read_all(query, ours.asked)
                ours.failure = None
        except AdfluxError as failure:
            ours.failure = failure
        finally:
            self._close(ours)
            ours.done.set()

    def _close(self, ours: _Reading) -> None:
        """Whoever comes from here on asks too late for this one."""
        with self._joining:
            if self._next is ours:
                self._next = None


@lru_cache(maxsize=8)
def trees_of(_access: Access, _customer_id: str) -> Trees:
    """The same for all threads that read this account."""
    return Trees()


def read_all(query: Query, asked: Iterable[Bound]) -> dict[tuple[str, str], RemoteObject]:
    """Four questions: ads with their ad groups, campaigns with their budgets, the criteria of both."""
    wanted = list(asked)
    campaign_ids = [bound["campaign"] for bound in wanted]
    ads = query(queries.ads([bound["ad"] for bound in wanted])).rows
    campaigns = query(queries.campaigns(campaign_ids)).rows
    targets = _by_id(query(queries.campaign_criteria(campaign_ids)).rows, "campaign")
    searches = _by_id(
        query(queries.ad_group_criteria([bound["ad"].partition("~")[0] for bound in wanted])).rows, "ad_group"
    )
    found = chain(
        *((reading.budget(row), reading.campaign(row, targets[row.campaign.id])) for row in campaigns),
        *((reading.ad_group(row, searches[row.ad_group.id]), reading.ad(row)) for row in ads),
    )
    return {(seen.kind, seen.external_id): seen for seen in found}


def _by_id(rows: Iterable[Any], parent: str) -> defaultdict[int, list[Any]]:
    grouped: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        grouped[getattr(row, parent).id].append(row)
    return grouped


def _named(found: Mapping[tuple[str, str], RemoteObject], bound: Bound) -> Found:
    seen = {kind: found[kind, one] for kind, one in bound.items() if (kind, one) in found}
    for kind in ("campaign", "ad_group", "ad"):
        if kind not in seen:
            raise NotFoundError(f"Google has no {kind} {bound[kind]}", platform="google_ads")
        if kind != "campaign":
            reading.there(seen[kind])
    return seen
