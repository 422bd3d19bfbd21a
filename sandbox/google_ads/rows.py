"""The rows of a query: resources with what stands above them, and the numbers of the ads below them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from google.protobuf.field_mask_pb2 import FieldMask

from sandbox.google_ads import conditions, constants, queryable
from sandbox.google_ads.counts import Numbers, summed
from sandbox.google_ads.errors import refusal
from sandbox.google_ads.gaql import Query, bad
from sandbox.google_ads.kinds import CUSTOMER, KINDS, ROW, Pb
from sandbox.google_ads.metrics import METRICS, numbers_of, written
from sandbox.google_ads.queryable import DATE, Field, about, field_named
from sandbox.google_ads.shown import shown
from sandbox.google_ads.state import Customer, Resource

MONTHS_BY_DAY = 37
DAYS_PER_MONTH = 30.44
CONSTANTS = {"geo_target_constant": constants.GEO_TARGETS, "language_constant": constants.LANGUAGES}


@dataclass
class Found:
    """One row before it is written: the messages it is made of, by their owner."""

    messages: dict[str, Pb]
    resource: Resource | None = None
    numbers: Numbers | None = None
    day: date | None = None

    def value(self, field: Field) -> Any:
        if field.name == DATE:
            return self.day.isoformat() if self.day else None
        message = self.messages.get(field.owner)
        return None if message is None else field.read(message)


class Reader:
    """One query on one customer."""

    def __init__(self, customer: Customer, query: Query) -> None:
        queryable.check(query)
        self._customer = customer
        self._query = query
        self._fields = [field_named(name) for name in dict.fromkeys(query.select)]
        self._today = customer.clock.today
        self._tests = [
            (field_named(one.field), conditions.test_of(field_named(one.field), one, self._today))
            for one in query.where
        ]
        named = {field.owner for field in self._fields}
        self._by_day = DATE in query.select
        self._dates = about(query.where, "segments")
        self._wants_numbers = bool({"metrics", "segments"} & (named | {f.owner for f, _ in self._tests}))
        self._owners = named | {field.owner for field, _ in self._tests} | {query.resource}
        self._owners |= {field_named(name).owner for name, _ in query.order}
        self._check_dates()

    @property
    def field_mask(self) -> FieldMask:
        return FieldMask(paths=[field.name for field in self._fields])

    @cached_property
    def rows(self) -> list[Pb]:
        return [self._write(one) for one in self._sorted[: self._query.limit]]

    @property
    def count(self) -> int:
        """How many there are, whatever the limit."""
        return len(self._sorted)

    @cached_property
    def _sorted(self) -> list[Found]:
        found = [one for one in self._found() if self._passes(one, ("metrics",))]
        for name, descending in reversed(self._query.order):
            found.sort(key=_sort_key(field_named(name)), reverse=descending)
        return found

    def _found(self) -> Iterator[Found]:
        others = {field.owner for field, _ in self._tests} - {"metrics", "segments"}
        for base in self._bases():
            if self._passes(base, others):
                yield from self._with_numbers(base) if self._wants_numbers else [base]

    def _bases(self) -> Iterator[Found]:
        name = self._query.resource
        if name in CONSTANTS:
            for message in CONSTANTS[name].values():
                yield Found({name: message})
        elif name == CUSTOMER.name:
            yield Found({name: self._customer.described()})
        else:
            now = self._customer.clock.now
            for resource in list(self._customer.of_kind(KINDS[name])):
                if resource.listed_from <= now:
                    yield Found(self._messages(resource), resource)

    def _messages(self, resource: Resource) -> dict[str, Pb]:
        messages = {}
        if CUSTOMER.name in self._owners:
            messages[CUSTOMER.name] = self._customer.described()
        one: Resource | None = resource
        while one is not None:
            if one.kind.name in self._owners:
                messages[one.kind.name] = shown(self._customer, one)
            one = self._customer.parent(one)
        return messages

    def _passes(self, found: Found, owners: Any) -> bool:
        return all(test(found.value(field)) for field, test in self._tests if field.owner in owners)

    # Numbers.

    def _with_numbers(self, base: Found) -> Iterator[Found]:
        by_day: dict[date, list[Numbers]] = {}
        for ad in self._ads.get(base.resource.name if base.resource else "", []):
            for day in self._customer.ledger.by_day[ad.name]:
                if self._in_window(day):
                    by_day.setdefault(day, []).append(numbers_of(self._customer, ad, day))
        if not self._by_day:
            yield self._numbered(base, summed([one for told in by_day.values() for one in told]), None)
            return
        for day in sorted(by_day):
            numbers = summed(by_day[day])
            if not numbers.is_nothing:  # rows of nothing are left out as soon as there is a segment
                yield self._numbered(base, numbers, day)

    @cached_property
    def _ads(self) -> dict[str, list[Resource]]:
        """The ads, removed ones too, under the name of every resource they count for; "" is the customer."""
        found: dict[str, list[Resource]] = {}
        for ad in self._customer.ads_of(None):
            found.setdefault("", []).append(ad)
            one: Resource | None = ad
            while one is not None:
                found.setdefault(one.name, []).append(ad)
                one = self._customer.parent(one)
        return found

    def _in_window(self, day: date) -> bool:
        return all(test(day.isoformat()) for field, test in self._tests if field.name == DATE)

    def _numbered(self, base: Found, numbers: Numbers, day: date | None) -> Found:
        return Found(base.messages | {"metrics": written(numbers)}, base.resource, numbers, day)

    def _check_dates(self) -> None:
        start, end = conditions.window(self._dates, self._today)
        if self._by_day and (start is None or end is None):
            said = "With segments.date a finite range of dates must be asked for."
            raise bad("EXPECTED_FILTERS_ON_DATE_RANGE", said, DATE)
        oldest = self._today - timedelta(days=round(MONTHS_BY_DAY * DAYS_PER_MONTH))
        if self._by_day and start is not None and start < oldest.isoformat():
            said = f"Days are kept for {MONTHS_BY_DAY} months."
            raise refusal("date_range_error", "REQUESTED_DATE_GRANULARITY_NOT_SUPPORTED", said, "query")

    # Writing.

    def _write(self, found: Found) -> Pb:
        row = ROW()
        omit = self._query.parameters.get("omit_unselected_resource_names", "").lower() == "true"
        if not omit:
            for owner, message in found.messages.items():
                if owner in self._selected and owner != "metrics":
                    getattr(row, owner).resource_name = message.resource_name
        for field in self._fields:
            if field.name == DATE:
                row.segments.date = str(found.value(field))
            else:
                field.copy(found.messages.get(field.owner, METRICS()), row)
        return row

    @cached_property
    def _selected(self) -> set[str]:
        return {field.owner for field in self._fields} | {self._query.resource}


def _sort_key(field: Field) -> Callable[[Found], Any]:
    def key(found: Found) -> Any:
        value = found.value(field)
        return (value is not None, "" if value is None else value)

    return key
