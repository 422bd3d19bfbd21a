"""The referee's word on one publication: one tree, one that delivers, nothing of ours left lying about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from platform_world import PlatformWorld, Shown
from sqlalchemy import select

from adflux_core import database
from adflux_core.schema.publication import PlatformObject, Publication

SWITCHED = {
    "campaign",
    "ad_group",
    "ad",
}  # whatever else there is has no status of its own and spends nothing


def wrongs(here: PlatformWorld, publication_id: int, *, once: bool = True) -> list[str]:
    """What is not as promised; nothing, if all is well.

    `once`: no answer was later than the quiescence time, so nothing may ever have been made twice.
    Lets two days pass, so that what may deliver does.
    """
    with database.transaction() as session:
        state = session.get_one(Publication, publication_id).state
        nodes = session.scalars(
            select(PlatformObject).where(PlatformObject.publication_id == publication_id)
        ).all()
    here.advance(2)
    kinds = set(here.kinds.values())
    bound = {node.kind: str(node.external_id) for node in nodes if node.kind in kinds}
    ours = [one for one in here.pieces() if one.name.endswith(tuple(node.token for node in nodes))]
    found = [] if state == "active" else [f"the publication is {state}"]
    found += _tree(ours, bound)
    if once:
        made = Counter(one.kind for one in ours)
        found += [f"{count} of {kind} were made" for kind, count in made.items() if count != 1]
    return found + _ways(here, bound, ours)


def _tree(ours: Sequence[Shown], bound: Mapping[str, str]) -> list[str]:
    there = {(one.kind, one.external_id) for one in ours}
    found = [f"the {kind} {one} does not exist" for kind, one in bound.items() if (kind, one) not in there]
    strays = [one for one in ours if one.kind in SWITCHED and bound[one.kind] != one.external_id]
    found += [
        f"{one.kind} {one.external_id} is unbound and {one.status}" for one in strays if not one.put_away
    ]
    delivering = [one.external_id for one in ours if one.kind == "campaign" and one.delivers]
    if delivering != [bound["campaign"]]:
        found.append(f"campaigns {delivering} deliver, {bound['campaign']} should")
    return found + [f"{one.kind} {one.external_id} has spent and is not ours" for one in strays if one.spent]


def _ways(here: PlatformWorld, bound: Mapping[str, str], ours: Sequence[Shown]) -> list[str]:
    """Made PAUSED, and the campaign switched on last: at no moment could a half-made tree deliver."""
    there = {(one.kind, one.external_id) for one in ours}
    asked = here.switched_on()
    # A world is ours alone: whoever made something that runs, it was wrong.
    found = [f"an active {one.kind} was asked for" for one in asked if not one.external_id]
    switched = [one for one in asked if (one.kind, one.external_id) in there]
    found += [
        f"{one.kind} {one.external_id} was switched on"
        for one in switched
        if one.external_id != bound[one.kind]
    ]
    kinds = [one.kind for one in switched if one.external_id == bound[one.kind]]
    before = kinds[: kinds.index("campaign")] if "campaign" in kinds else []
    if not SWITCHED - {"campaign"} <= set(before):
        found.append("the campaign was switched on before what is in it")
    return found
