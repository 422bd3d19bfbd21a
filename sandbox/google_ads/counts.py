"""The numbers of one ad on one day, or of many together."""

from collections.abc import Sequence
from typing import NamedTuple


class Numbers(NamedTuple):
    impressions: int = 0
    clicks: int = 0
    cost_micros: int = 0
    conversions: float = 0.0
    all_conversions: float = 0.0
    applications: int = 0  # what no report says: how many applications it was
    apply_clicks: int = 0

    @property
    def is_nothing(self) -> bool:
        return not (self.impressions or self.clicks or self.cost_micros or self.all_conversions)


def summed(numbers: Sequence[Numbers]) -> Numbers:
    return Numbers(*map(sum, zip(Numbers(), *numbers, strict=True)))
