"""What a job ad may lawfully say about whom it reaches: countries, and nothing else yet.

There is no field for age, gender, postal code, exclusion, lookalike, parental or marital status. What
does not exist cannot be filled in by mistake, so no later check has to find it.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]

# The EU's Digital Services Act: an ad that reaches one of these names who pays and who benefits.
EU = frozenset("AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE".split())


class TargetingSpec(BaseModel):
    """Everyone in these countries, as ISO 3166-1 alpha-2 codes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    countries: Annotated[tuple[Country, ...], Field(min_length=1)]
