"""To whom an ad was shown: the numbers of an ad and day by age and gender. They add up to the ad's own."""

from collections.abc import Iterator
from itertools import accumulate, product
from typing import Any

from sandbox.meta.errors import bad_parameter
from sandbox.traffic import Dice, Outcome

BREAKDOWNS = ("age", "gender")  # the only ones that this sandbox knows, and only together
AGES = ("18-24", "25-34", "35-44", "45-54", "55-64", "65+")
GENDERS = ("female", "male", "unknown")
GROUPS = list(product(AGES, GENDERS))
LIKELY = {"female": 1.0, "male": 1.0, "unknown": 0.03}
Group = tuple[str, str]


def asked(wanted: dict[str, Any]) -> bool:
    """Whether the query wants its rows by age and gender."""
    names = wanted.get("breakdowns", [])
    if names and sorted(names) != sorted(BREAKDOWNS):
        raise bad_parameter("This sandbox knows age and gender together, and nothing else.", "breakdowns")
    return bool(names)


def split(dice: Dice, whole: Outcome) -> Iterator[tuple[Group, Outcome]]:
    """Each group's part of each count; groups with nothing are left out."""
    weights = [dice(f"shown to {age} {gender}", 0.4, 1.6) * LIKELY[gender] for age, gender in GROUPS]
    total = sum(weights)
    upto = [0.0, *(one / total for one in accumulate(weights[:-1])), 1.0]
    for at, group in enumerate(GROUPS):
        parts = [int(count * upto[at + 1]) - int(count * upto[at]) for count in whole]
        part = Outcome(*parts)
        if not part.is_nothing:
            yield group, part
