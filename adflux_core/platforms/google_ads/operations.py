"""Payloads as operations of one mutate: each resource under a temporary id its children can name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from adflux_core.advertising import DesiredState, Node

COLLECTIONS = {
    "budget": "campaignBudgets",
    "campaign": "campaigns",
    "ad_group": "adGroups",
    "ad": "adGroupAds",
}
RESOURCES = {
    "budget": "campaign_budget",
    "campaign": "campaign",
    "ad_group": "ad_group",
    "ad": "ad_group_ad",
}
WORDS = {DesiredState.ACTIVE: "ENABLED", DesiredState.PAUSED: "PAUSED"}
# Resources that Google knows by their parent and not by a name: they get no temporary one.
BELOW = ("locations", "languages", "keywords")

Operation = dict[str, Any]


def to_create(nodes: Iterable[Node], customer_id: str) -> list[Operation]:
    """The whole tree, parents first and, as Google asks, kind by kind."""
    temporary: dict[str, str] = {}
    tree: list[Operation] = []
    criteria: list[Operation] = []
    for number, node in enumerate(nodes, 1):
        name = resource_name(customer_id, node.kind, str(-number))
        temporary[node.kind] = name
        parents = {wire: temporary[kind] for wire, kind in node.parents.items()}
        own = {key: value for key, value in node.payload.items() if key not in BELOW}
        # An ad is named by its ad group and itself; Google gives it both.
        named = {} if node.kind == "ad" else {"resource_name": name}
        tree.append(_operation(RESOURCES[node.kind], "create", {**named, **own, **parents}))
        criteria += _criteria(node.payload, name)
    return tree + criteria


def _criteria(payload: Mapping[str, Any], parent: str) -> list[Operation]:
    found = [
        {"campaign": parent, **target}
        for target in (
            *({"location": {"geo_target_constant": one}} for one in payload.get("locations", ())),
            *({"language": {"language_constant": one}} for one in payload.get("languages", ())),
        )
    ]
    return [_operation("campaign_criterion", "create", one) for one in found] + [
        _operation("ad_group_criterion", "create", {"ad_group": parent, "status": "ENABLED", "keyword": one})
        for one in payload.get("keywords", ())
    ]


def to_switch(kind: str, external_id: str, status: DesiredState, customer_id: str) -> Operation:
    """Closing is removing: it cannot be taken back, and what is below goes along."""
    name = resource_name(customer_id, kind, external_id)
    if status is DesiredState.CLOSED:
        return _operation(RESOURCES[kind], "remove", name)
    return {
        **_operation(RESOURCES[kind], "update", {"resource_name": name, "status": WORDS[status]}, "status")
    }


def to_update(kind: str, external_id: str, values: Mapping[str, Any], customer_id: str) -> Operation:
    name = resource_name(customer_id, kind, external_id)
    return _operation(RESOURCES[kind], "update", {"resource_name": name, **values}, *values)


def resource_name(customer_id: str, kind: str, external_id: str) -> str:
    return f"customers/{customer_id}/{COLLECTIONS[kind]}/{external_id}"


def _operation(resource: str, verb: str, value: Any, *mask: str) -> Operation:
    fields = {"update_mask": ",".join(_camel(one) for one in mask)} if mask else {}
    return {f"{resource}_operation": {verb: value, **fields}}


def _camel(name: str) -> str:
    """A field mask in JSON is written the other way, and read back to what it was."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
