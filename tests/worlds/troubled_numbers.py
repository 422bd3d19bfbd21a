"""Stories of daily numbers that are hard to read: faults befall the calls of some nights; then peace.

In between and in the end: what is stored is what the platform said, whole or as it was before, and every day
that was asked for and not read is one that the ledger names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest
from meta_publications import open_posting, opened, published
from platform_world import PlatformWorld
from platform_worlds import WORLDS
from sqlalchemy import select, update

from adflux_core import database, reports
from adflux_core.advertising import PlatformName
from adflux_core.errors import PlatformError
from adflux_core.metrics.gaps import gaps, heal_gaps
from adflux_core.metrics.sync import RESTATED_DAYS, SliceReceipt, sync_metrics
from adflux_core.publication.converge import converge
from adflux_core.schema.metrics import AdMetricsRow, PlatformReport
from adflux_core.settings import settings

Kinds = Mapping[str, Sequence[Mapping[str, Any]]]
ADS = 2
BEGUN = 8  # days that the ads had run before the first story
TRIES = 4  # as many as the retry policy of the tasks makes
NIGHTS = 3  # with faults, before peace
SLOW = 0.6  # seconds that a slow answer takes; nobody waits for as long
PATIENT = 0.5

_ANY = {"method": "GET", "path": ""}  # that for the account itself first
_NUMBERS = {"method": "GET", "path": "insights$"}
# As many as there are halves of a window down to one day: from then on a report is asked for.
_TOO_MUCH = {**_NUMBERS, "kind": "graph_error", "code": 100, "subcode": 1487534, "http_status": 400}
_TO_A_REPORT = {**_TOO_MUCH, "path": r"act_\d+/insights$", "times": 6}


def _told(kind: str, **details: Any) -> list[dict[str, Any]]:
    return [{**_ANY, "kind": kind, **details}]


def _report(kind: str) -> list[dict[str, Any]]:
    return [_TO_A_REPORT, {"method": "POST", "path": "insights$", "kind": kind}]


# Every kind that can befall the reading of numbers, by the name a failure prints.
META: Kinds = {
    "graph_error": _told("graph_error"),
    "too much": [_TOO_MUCH],
    "throttle": _told("throttle"),
    "revoked_token": _told("revoked_token"),
    "html_502": _told("html_502"),
    "plain_500": _told("plain_500"),
    "json_without_error_500": _told("json_without_error_500"),
    "empty_200": _told("empty_200"),
    "non_json_200": _told("non_json_200"),
    "drop": _told("drop_before_commit"),
    "slow": _told("delay", seconds=SLOW),
    "empty_middle_page": [{**_NUMBERS, "kind": "empty_middle_page"}],
    "cursor_loop": [{**_NUMBERS, "kind": "cursor_loop"}],
    "repeated_row": [{**_NUMBERS, "kind": "repeated_row"}],
    "truncated_job": _report("truncated_job"),
    "async_failed": _report("async_failed"),
    "async_skipped": _report("async_skipped"),
    "async_stuck": _report("async_stuck"),
}
_STREAM = {"method": "GRPC", "path": "SearchStream$"}
GOOGLE: Kinds = {
    "google_ads_error": [{**_STREAM, "kind": "google_ads_error"}],
    "quota": [{**_STREAM, "kind": "quota"}],
    "unavailable": [{**_STREAM, "kind": "grpc_status"}],
    "concurrent_modification": [{**_STREAM, "kind": "concurrent_modification"}],
    "revoked_token": [{**_STREAM, "kind": "revoked_token"}],
    "drop": [{**_STREAM, "kind": "drop_before_commit"}],
    "slow": [{**_STREAM, "kind": "delay", "seconds": SLOW}],
    "hung": [{**_STREAM, "kind": "hung"}],
    "broken off": [{**_STREAM, "kind": "stream_break"}],
    "broken off later": [{**_STREAM, "kind": "stream_break", "rows": 3}],
}
KINDS: Mapping[PlatformName, Kinds] = {PlatformName.META: META, PlatformName.GOOGLE_ADS: GOOGLE}
TALES: Mapping[PlatformName, list[tuple[str, ...]]] = {
    name: [*((kind,) for kind in kinds), *combinations(kinds, 2)] for name, kinds in KINDS.items()
}


@dataclass
class Account:
    """One account with ads that run, and what a reader who loses nothing knows of it."""

    here: PlatformWorld
    account_id: str = ""
    hours: int = 0  # that went by for everybody who waits for something
    read: set[date] = field(default_factory=set)
    asked: set[date] = field(default_factory=set)

    def tell(self, tale: Sequence[str], *, skip: int) -> list[str]:
        """What was wrong at any moment or is wrong in the end; nothing, if the promise holds."""
        self.here.advance(1)
        wrong: list[str] = []
        for place, kind in enumerate(tale):
            for fault in KINDS[self.here.name][kind]:
                # The second may hit a later call, or that one again when it is made anew.
                later = {"skip": skip} if place and "times" not in fault else {}
                self.here.sandbox.control("POST", "faults", {**fault, **later})
        for _ in range(NIGHTS):
            if self._night(wrong):
                break
        met = not self.here.sandbox.faults.left()
        self.here.peace()
        if not self._night(wrong):
            wrong.append("cannot be read in peace")
        heal_gaps(self._opened(), today=self._today)
        if left := gaps(self.here.name, self.account_id, before=self._today):
            wrong.append(f"gaps are left: {left}")
        again = self._sync()
        if (again.changed, again.deleted) != (0, 0):
            wrong.append(f"a replay wrote {again.changed} and deleted {again.deleted} rows")
        return wrong if met or wrong or len(tale) > 1 else ["the fault never came to pass"]

    @property
    def _today(self) -> date:
        return self.here.sandbox.clock.today

    def _night(self, wrong: list[str]) -> bool:
        """Whether it ended with a complete slice."""
        for _ in range(TRIES):
            before = stored()
            self.asked.update(self._window())
            try:
                receipt = self._sync()
            except PlatformError as failure:
                again = failure.retriable
                complete = False
            else:
                again = False
                complete = receipt.complete
            if complete:
                self.read.update(self._window())
            wrong += self._judged(before, complete=complete)
            self._wait()
            if complete or not again:
                return complete
        return False

    def _judged(self, before: list[tuple[Any, ...]], *, complete: bool) -> Iterator[str]:
        since = str(self._window()[-1])  # what is older may have been restated meanwhile
        if complete and [one for one in stored() if one[0] >= since] != self._truth():
            yield "a complete slice is not the truth"
        if not complete and stored() != before:
            yield "a slice that failed changed numbers"
        found = gaps(self.here.name, self.account_id, before=self._today)
        named = {one.since + timedelta(n) for one in found if one.why == "unread" for n in range(one.days)}
        if named != self.asked - self.read:
            yield f"days unread are {sorted(self.asked - self.read)}, the ledger names {sorted(named)}"
        concerns = {one.kind for one in reports.attention()}
        if ("incomplete" in concerns) is complete:
            yield f"complete is {complete} and the concerns are {sorted(concerns)}"

    def _sync(self) -> SliceReceipt:
        return sync_metrics(self._opened(), today=self._today, wait=lambda _: None)

    def _window(self) -> list[date]:
        return [self._today - timedelta(number) for number in range(1, RESTATED_DAYS + 1)]

    def _truth(self) -> list[tuple[Any, ...]]:
        rows = self.here.numbers_of(self._window()[-1], self._window()[0])
        return [(*row[:4], Decimal(row[4]), Decimal(row[5])) for row in rows]

    def _opened(self) -> Any:
        return opened(self.here.name, later=timedelta(hours=self.hours))

    def _wait(self) -> None:
        """Two hours go by: for the account's governor, and for the reports that are being made."""
        self.hours += 2
        with database.transaction() as session:
            session.execute(update(PlatformReport).values(asked_at=datetime.now(UTC) - timedelta(hours=2)))


@contextmanager
def troubled(name: PlatformName) -> Iterator[Account]:
    """A world of that platform in which some ads have run for days and nobody has read any number."""
    kind = WORLDS[name]
    with kind.start() as sandbox, pytest.MonkeyPatch.context() as patch:
        here = kind(sandbox)
        for setting, value in here.environment().items():
            patch.setenv(setting, value)
        settings.cache_clear()
        patch.setattr("adflux_core.platforms.meta.client.TIMEOUT", (5.0, PATIENT))
        patch.setattr("adflux_core.platforms.google_ads.client.STREAM_TIMEOUT", PATIENT)
        patch.setattr("adflux_core.platforms.meta.insights.PAGE_SIZE", 5)
        for number in range(ADS):
            publication_id = published(open_posting(f"{name}-{number}"), platform=name)
            assert converge(publication_id, opened, quiescence=timedelta()).state == "active"
        here.advance(BEGUN)
        yield Account(here, opened(name).account().external_id)
    settings.cache_clear()


def stored() -> list[tuple[Any, ...]]:
    """As `PlatformWorld.numbers_of` tells the truth."""
    with database.transaction() as session:
        return sorted(
            (str(one.date_day), one.ad_id, str(one.impressions), str(one.clicks), one.spend, one.applications)
            for one in session.scalars(select(AdMetricsRow))
        )
