"""The referee's word on one publication: one tree, one that delivers, nothing of ours left lying about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from adflux_core import database
from adflux_core.schema.publication import PlatformObject, Publication
from sandbox.server import Sandbox

KINDS = {"campaign": "campaign", "ad_group": "adset", "creative": "adcreative", "ad": "ad"}
SWITCHED = {"campaign", "adset", "ad"}  # a creative has no status and spends nothing
PUT_AWAY = {"ARCHIVED", "DELETED"}


def wrongs(world: Sandbox, publication_id: int, *, once: bool = True) -> list[str]:
    """What is not as promised; nothing, if all is well.

    `once`: no answer was later than the quiescence time, so nothing may ever have been made twice.
    Lets two days pass, so that what may deliver does.
    """
    with database.transaction() as session:
        state = session.get_one(Publication, publication_id).state
        nodes = session.scalars(
            select(PlatformObject).where(PlatformObject.publication_id == publication_id)
        ).all()
    world.control("POST", "clock", {"advance_days": 2})
    bound = {KINDS[node.kind]: str(node.external_id) for node in nodes if node.kind in KINDS}
    tokens = tuple(node.token for node in nodes)
    ours = [
        thing
        for thing in world.control("GET", "objects")["objects"]
        if str(thing["name"]).endswith(tokens) and thing["kind"] != "adlabel"
    ]
    found = [] if state == "active" else [f"the publication is {state}"]
    found += _tree(ours, bound)
    if once:
        made = Counter(thing["kind"] for thing in ours)
        found += [f"{count} of {kind} were made" for kind, count in made.items() if count != 1]
    return found + _ways(world, bound, tokens, {thing["id"]: thing["kind"] for thing in ours})


def _tree(ours: list[dict[str, Any]], bound: Mapping[str, str]) -> list[str]:
    found = []
    for kind in KINDS.values():
        mine = [thing for thing in ours if thing["id"] == bound[kind]]
        found += [] if mine else [f"the {kind} {bound[kind]} does not exist"]
        strays = [
            thing
            for thing in ours
            if thing["kind"] == kind and thing["id"] != bound[kind] and thing["status"] not in PUT_AWAY
        ]
        found += [
            f"{kind} {stray['id']} is unbound and {stray['status']}" for stray in strays if kind in SWITCHED
        ]
    delivering = [thing["id"] for thing in ours if thing["kind"] == "campaign" and thing["delivers"]]
    if delivering != [bound["campaign"]]:
        found.append(f"campaigns {delivering} deliver, {bound['campaign']} should")
    spent = {thing["id"] for thing in ours if thing.get("spent") and thing["kind"] in SWITCHED}
    found += [f"{one} has spent and is not ours" for one in spent - set(bound.values())]
    return found


def _ways(
    world: Sandbox, bound: Mapping[str, str], tokens: tuple[str, ...], kinds: Mapping[str, str]
) -> list[str]:
    """Made PAUSED, and the campaign switched on last: at no moment could a half-made tree deliver."""
    calls = [call for call in world.control("GET", "calls")["calls"] if call["method"] == "POST"]
    switched = [
        one
        for call in calls
        if call["params"].get("status") == "ACTIVE" and (one := call["path"].rpartition("/")[2]) in kinds
    ]
    found = [
        f"{call['path']} was asked to make an active object"
        for call in calls
        if call["params"].get("name", "").endswith(tokens) and call["params"].get("status") == "ACTIVE"
    ]
    found += [f"{kinds[one]} {one} was switched on" for one in switched if one not in bound.values()]
    first = switched.index(bound["campaign"]) if bound["campaign"] in switched else 0
    before = {kinds[one] for one in switched[:first]}
    if not {"adset", "ad"} <= before:
        found.append("the campaign was switched on before what is in it")
    return found
