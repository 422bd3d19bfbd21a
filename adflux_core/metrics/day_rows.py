"""A window's rows, day by day: what tells a day's rows from those of last time, and COPY's lines of them.

A million rows go through here, so what can be done to many at once is left to the interpreter's own loops.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from hashlib import blake2b
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from adflux_core.advertising import AdMetrics
from adflux_core.errors import ValidationError

# The columns of a line, which are those of AdMetrics.
COLUMNS = {
    "date_day": "date",
    "campaign_id": "text",
    "ad_group_id": "text",
    "ad_id": "text",
    "currency": "text",
    "impressions": "bigint",
    "clicks": "bigint",
    "link_clicks": "bigint",
    "spend": "numeric",
    "applications": "numeric",
}
# What a restated row says anew: that its ad, campaign and currency are the same is known already.
RESTATED_COLUMNS = ("date_day", "ad_id", "impressions", "clicks", "link_clicks", "spend", "applications")
FINEST = -6  # decimals that are kept: the platforms count in millionths at the finest
BUFFERED_ROWS = 50_000  # about 25 MB
WORD = "q"  # a fingerprint: 64 bits with a sign
_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
_DAY, _AD, _SPEND, _APPLICATIONS = (itemgetter(place) for place in (0, 3, 8, 9))


class DayReturnedError(Exception):
    """Rows of a day came after the day was put away: the window is not in the order of its days."""


class Ads(dict[tuple[str, ...], int]):
    """A number for each ad with all its ids and its currency, the same in every process."""

    def __missing__(self, ids: tuple[str, ...]) -> int:
        told = blake2b("\t".join(name.translate(_ESCAPES) for name in ids).encode(), digest_size=8).digest()
        number = self[ids] = int.from_bytes(told, signed=True)
        return number


class Fingerprints(NamedTuple):
    """64 bits for each row of a day, in the rows' order, and for which ads there are, in any order."""

    rows: list[int]
    ads: int

    def packed(self) -> bytes:
        return array(WORD, [self.ads, *self.rows]).tobytes()


NO_ROWS = Fingerprints([], 0).packed()


def fingerprints(rows: Sequence[AdMetrics], ads: Ads) -> Fingerprints:
    """Equal rows are equal here, however their amounts are written.

    Python's hash of a tuple of numbers does not vary from process to process. Two rows that differ in one
    number never share it; others by a chance of one in 2**64. Should a later Python hash otherwise, every row
    looks changed, is sent, compared where the old ones are, and found to be as it was.
    """
    numbers = [ads[row[1:5]] for row in rows]
    found = [hash((number, row[5:])) for number, row in zip(numbers, rows, strict=True)]
    return Fingerprints(found, sum(numbers) % 2**63)


def unpacked(packed: bytes) -> tuple[frozenset[int], int]:
    """Those of the rows, and that of the ads."""
    ads, *rows = array(WORD, packed)
    return frozenset(rows), ads


def copy_lines(rows: Sequence[AdMetrics], columns: Collection[str]) -> bytes:
    """These columns, in their order in COLUMNS, as COPY takes them.

    Raises ValidationError, naming the ad, on decimals that are not kept.
    """
    # A sum has as many decimals as the finest of its parts, so one look at it is a look at them all.
    if min(_exponent(sum(map(amount, rows), Decimal())) for amount in (_SPEND, _APPLICATIONS)) < FINEST:
        _refuse_too_fine(rows)
    fields = ["%s\t" if name in columns else "%.0s" for name in COLUMNS]
    line = ("".join(fields).removesuffix("\t") + "\n").__mod__
    text = "".join(map(line, rows))
    # Ids of digits and letters need no escaping; these tabs and line ends are the lines' own.
    own = ((len(columns) - 1) * len(rows), len(rows))
    if "\\" in text or "\r" in text or (text.count("\t"), text.count("\n")) != own:
        text = "".join(
            [line((row[0], *(one.translate(_ESCAPES) for one in row[1:5]), *row[5:])) for row in rows]
        )
    return text.encode()


def by_day(
    rows: Iterable[AdMetrics], *, buffered: int = BUFFERED_ROWS
) -> Iterator[dict[date, list[AdMetrics]]]:
    """Days with all their rows, some days at a time; each day once, each ad once a day.

    Up to `buffered` rows may come in any order; more, in their days' order. Memory holds about that many.
    Raises DayReturnedError when a day comes back too late, ValidationError on two different rows of one ad.
    """
    days: dict[date, list[AdMetrics]] = {}
    done: set[date] = set()
    held = 0
    for day, run in groupby(rows, _DAY):
        if held > buffered:
            yield {one: _once(found) for one, found in days.items()}
            done.update(days)
            days.clear()
            held = 0
        if day in done:
            raise DayReturnedError
        found = days.setdefault(day, [])
        held -= len(found)
        found.extend(run)
        held += len(found)
    yield {one: _once(found) for one, found in days.items()}


def _once(rows: list[AdMetrics]) -> list[AdMetrics]:
    """Pages shift while they are read: the same row twice is one row, two answers are none."""
    if len(set(map(_AD, rows))) == len(rows):
        return rows
    by_ad: dict[str, AdMetrics] = {}
    for row in rows:
        if by_ad.setdefault(row.ad_id, row) != row:
            raise ValidationError(f"ad {row.ad_id} has two different rows for {row.date_day}")
    return list(by_ad.values())


def _refuse_too_fine(rows: Sequence[AdMetrics]) -> None:
    for row in rows:
        for amount in (row.spend, row.applications):
            if _exponent(amount.normalize()) < FINEST:
                raise ValidationError(
                    f"ad {row.ad_id} on {row.date_day}: {amount} has more than {-FINEST} decimals"
                )


def _exponent(amount: Decimal) -> int:
    exponent = amount.as_tuple().exponent
    assert isinstance(exponent, int), "no row is infinite or not a number"
    return exponent
