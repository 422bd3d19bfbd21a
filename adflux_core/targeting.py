"""What a job ad may lawfully say about whom it reaches: countries, and in one of them some of its cities.

There is no field for age, gender, postal code, exclusion, lookalike, parental or marital status. What
does not exist cannot be filled in by mistake, so no later check has to find it.
"""

from __future__ import annotations

import operator
import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]

# The EU's Digital Services Act: an ad that reaches one of these names who pays and who benefits.
EU = frozenset("AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE".split())


def unaccented(text: str) -> str:
    """The text without its accents."""
    spread = unicodedata.normalize("NFKD", text)
    for mark in filter(unicodedata.combining, set(spread)):  # few, and a text is long
        spread = spread.replace(mark, "")
    return spread


def folded(name: str) -> str:
    """A name as two writings of it compare."""
    return unaccented(name).casefold().strip()


class City(BaseModel):
    """A city as one platform knows it, with all that lies around it; `key` is that platform's own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    country: Country
    key: Annotated[str, Field(pattern=r"^\d+$")]


class TargetingSpec(BaseModel):
    """Everyone in these countries, as ISO 3166-1 alpha-2 codes, or, where `cities` are named, in those."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    countries: Annotated[tuple[Country, ...], Field(min_length=1)]
    # Left out of the JSON while there are none: a plan that was approved keeps its hash.
    cities: Annotated[tuple[City, ...], Field(exclude_if=operator.not_)] = ()

    @model_validator(mode="after")
    def _each_country_has_its_cities(self) -> Self:
        if self.cities and {city.country for city in self.cities} != set(self.countries):
            raise ValueError("cities lie in the countries that are named, at least one in each")
        return self


def once(found: Iterable[City]) -> tuple[City, ...]:
    """The cities whose name only one of them bears: which of two is meant nobody can say."""
    cities = list(dict.fromkeys(found))
    named = Counter(city.name for city in cities)
    return tuple(city for city in cities if named[city.name] == 1)
