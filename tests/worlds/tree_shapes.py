"""How platforms make a publication's tree: object by object, or all at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    """How a platform makes a tree: its kinds, parents first, what each hangs on, and what one call makes."""

    steps: tuple[tuple[str, ...], ...]
    parents: Mapping[str, Mapping[str, str]]
    purse: str  # the kind that holds the budget
    names_are_unique: bool

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(kind for step in self.steps for kind in step)


SHAPES = {
    # Meta makes one object a call, as often as it is asked to.
    "one by one": Shape(
        steps=(("campaign",), ("ad_group",), ("creative",), ("ad",)),
        parents={
            "ad_group": {"campaign_id": "campaign"},
            "ad": {"adset_id": "ad_group", "creative_id": "creative"},
        },
        purse="ad_group",
        names_are_unique=False,
    ),
    # Google makes all of it or nothing. It says that no two share a name; every other world does not keep to
    # it, since the protocol must not need it.
    "all at once": Shape(
        steps=(("budget", "campaign", "ad_group", "ad"),),
        parents={
            "campaign": {"budget_id": "budget"},
            "ad_group": {"campaign_id": "campaign"},
            "ad": {"adset_id": "ad_group"},
        },
        purse="budget",
        names_are_unique=True,
    ),
}
