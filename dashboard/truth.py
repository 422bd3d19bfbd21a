"""What really happened in a pretended world, asked of the world itself. Real platforms have no such thing."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import TypeVar
from urllib.parse import urljoin

import httpx
from pydantic import BaseModel, ValidationError

from adflux_core.errors import AdfluxError

Told = TypeVar("Told", bound=BaseModel)
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


class Applied(BaseModel):
    """What one ad brought with its own page, and how many more of its applicants the page was lost of."""

    platform: str
    ad_id: str
    started: int
    submitted: int
    qualified: int
    interview: int
    hired: int
    lost: int
    elsewhere: int


class _Applicants(BaseModel):
    truth: list[Applied]


Sums = dict[tuple[str, date], tuple[int, int, Decimal]]  # impressions, clicks, spend by platform and day


def truth_by_day(address: str, since: date, until: date) -> Sums:
    """The world's own sums of [since, until]. Raises TruthUnavailableError when it does not answer."""
    told = _asked(_Told, address, since=since.isoformat(), until=until.isoformat())
    sums: Sums = defaultdict(lambda: (0, 0, Decimal(0)))
    for one in told.reported:
        impressions, clicks, spend = sums[one.platform, one.date_day]
        sums[one.platform, one.date_day] = (
            impressions + one.impressions,
            clicks + one.clicks,
            spend + one.spend,
        )
    return dict(sums)


def true_applications(address: str) -> list[Applied]:
    """By ad, as the employer's own system knows them now. Raises TruthUnavailableError as above."""
    return _asked(_Applicants, urljoin(address, "applications")).truth


def _asked(kind: type[Told], address: str, **given: str) -> Told:
    try:
        answer = httpx.get(address, params=given, timeout=PATIENCE, trust_env=False)
        return kind.model_validate_json(answer.raise_for_status().content)
    except (httpx.HTTPError, ValidationError) as error:
        raise TruthUnavailableError(f"the world at {address}: {type(error).__name__}") from None
