"""What really happened in a pretended world, asked of the world itself. Real platforms have no such thing."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal

import httpx
from pydantic import BaseModel, TypeAdapter, ValidationError

from adflux_core.errors import AdfluxError

PATIENCE = 10.0  # seconds; a person waits


class TruthUnavailableError(AdfluxError):
    """The pretended world does not answer."""

    retriable = True


class Truth(BaseModel):
    """One ad on one day, as its platform reports it now."""

    platform: str
    date_day: date
    impressions: int
    clicks: int
    spend: Decimal


class _Told(BaseModel):
    reported: list[Truth]


TOLD: TypeAdapter[_Told] = TypeAdapter(_Told)
Sums = dict[tuple[str, date], tuple[int, int, Decimal]]  # impressions, clicks, spend by platform and day


def truth_by_day(address: str, since: date, until: date) -> Sums:
    """The world's own sums of [since, until]. Raises TruthUnavailableError when it does not answer."""
    try:
        answer = httpx.get(
            address,
            params={"since": since.isoformat(), "until": until.isoformat()},
            timeout=PATIENCE,
            trust_env=False,
        )
        told = TOLD.validate_json(answer.raise_for_status().content)
    except (httpx.HTTPError, ValidationError) as error:
        raise TruthUnavailableError(f"the world at {address}: {type(error).__name__}") from None
    sums: Sums = defaultdict(lambda: (0, 0, Decimal(0)))
    for one in told.reported:
        impressions, clicks, spend = sums[one.platform, one.date_day]
        sums[one.platform, one.date_day] = (
            impressions + one.impressions,
            clicks + one.clicks,
            spend + one.spend,
        )
    return dict(sums)
