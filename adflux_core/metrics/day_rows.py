"""A window's rows, day by day, as the lines that PostgreSQL's COPY takes, with each day's digest and sums.

Written by hand: a million rows go through here, and a general encoder takes twice as long as this and longer
than the database does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from hashlib import blake2b

from adflux_core.advertising import AdMetrics
from adflux_core.errors import ValidationError

# The columns of a line, in its order.
COLUMNS = {
    "date_day": "date",
    "ad_id": "text",
    "ad_group_id": "text",
    "campaign_id": "text",
    "currency": "text",
    "impressions": "bigint",
    "clicks": "bigint",
    "link_clicks": "bigint",
    "spend": "numeric",
    "applications": "numeric",
}
FINEST = -6  # decimals that are kept: the platforms count in millionths at the finest
BUFFERED_ROWS = 50_000  # about 15 MB
_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


class DayReturnedError(Exception):
    """Rows of a day came after the day was put away: the window is not in the order of its days."""


@dataclass
class DayRows:
    """All rows of one day by ad id, a line each, and what they add up to."""

    day: date
    lines: dict[str, str] = field(default_factory=dict)
    impressions: int = 0
    clicks: int = 0
    spend: Decimal = Decimal(0)
    applications: Decimal = Decimal(0)

    def encoded(self) -> bytes:
        """In the order of the ads' ids, so that the same rows are the same bytes.

        Raises ValidationError, naming the ad, on an amount with more decimals than are kept.
        """
        # A sum has as many decimals as the finest of its parts, so one look at it is a look at them all.
        if min(_exponent(self.spend), _exponent(self.applications)) < FINEST:
            self._refuse_too_fine()
        lines = self.lines
        return "".join([lines[ad_id] for ad_id in sorted(lines)]).encode()

    def _refuse_too_fine(self) -> None:
        for ad_id, line in self.lines.items():
            for amount in line.rstrip("\n").split("\t")[-2:]:
                if _exponent(Decimal(amount).normalize()) < FINEST:
                    raise ValidationError(
                        f"ad {ad_id} on {self.day}: {amount} has more than {-FINEST} decimals"
                    )


def digest(encoded: bytes) -> bytes:
    """What two equal days have in common: 16 bytes."""
    return blake2b(encoded, digest_size=16).digest()


def by_day(rows: Iterable[AdMetrics], *, buffered: int = BUFFERED_ROWS) -> Iterator[DayRows]:
    """Each day that has rows, once. Up to `buffered` rows may come in any order; more, in their days' order.

    Memory holds about that many. Raises DayReturnedError when a day comes back too late, and
    ValidationError on two different rows of one ad and day.
    """
    days: dict[date, DayRows] = {}
    done: set[date] = set()
    keys: dict[tuple[str, str, str, str], str] = {}
    current, start, held = DayRows(date.min), "", 0
    for row in rows:
        (
            day,
            campaign_id,
            ad_group_id,
            ad_id,
            currency,
            impressions,
            clicks,
            link_clicks,
            spend,
            applications,
        ) = row
        if day != current.day:
            if held > buffered:
                yield from days.values()
                done.update(days)
                days.clear()
                held = 0
            if day in done:
                raise DayReturnedError
            current = days.get(day) or days.setdefault(day, DayRows(day))
            start = f"{day}\t"
        key = (ad_id, ad_group_id, campaign_id, currency)
        ids = keys.get(key) or keys.setdefault(key, _line_start(key))
        line = f"{start}{ids}{impressions}\t{clicks}\t{link_clicks}\t{spend!s}\t{applications!s}\n"
        if current.lines.setdefault(ad_id, line) is not line:
            if current.lines[ad_id] != line:
                raise ValidationError(f"ad {ad_id} has two different rows for {day}")
            continue
        current.impressions += impressions
        current.clicks += clicks
        current.spend += spend
        current.applications += applications
        held += 1
    yield from days.values()


def _line_start(key: tuple[str, ...]) -> str:
    return "".join(f"{name.translate(_ESCAPES)}\t" for name in key)


def _exponent(amount: Decimal) -> int:
    exponent = amount.as_tuple().exponent
    assert isinstance(exponent, int), "no row is infinite or not a number"
    return exponent
