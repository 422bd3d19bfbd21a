"""Reading a node: which fields it has and how Meta writes their values."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sandbox.meta.audiences import counted
from sandbox.meta.errors import GraphError, bad_parameter
from sandbox.meta.kinds import AD, AD_SET, AUDIENCE, CAMPAIGN, CREATIVE, IMAGE, KINDS, Kind
from sandbox.meta.parameters import field_types
from sandbox.meta.state import DISAPPROVED, Account, Node
from sandbox.meta.statuses import campaign_times, effective_status

# The SDK's classes list write-only parameters beside the readable fields.
WRITE_ONLY = frozenset(
    "adbatch adset_spec audience_id budget_schedule_specs bytes campaign_spec copy_from daily_imps "
    "dataset_split_specs date_format draft_adgroup_id execution_options filename image_file "
    "include_demolink_hashes iterative_split_test_configs time_start time_stop tune_for_category".split()
)
Wanted = dict[str, "Wanted | None"]


def parse_fields(text: str) -> Wanted:
    """`id,name,adset{id,name}` and the JSON list the SDK sends in POST bodies."""
    text = re.sub(r'["\[\]\s]', "", text)
    wanted, rest = _parse(text)
    if rest:
        raise GraphError("Syntax error in fields", code=2500)
    return wanted


def _parse(text: str) -> tuple[Wanted, str]:
    wanted: Wanted = {}
    while text and not text.startswith("}"):
        match = re.match(r"[A-Za-z0-9_.]+", text)
        if not match:
            raise GraphError(f"Syntax error in fields near {text[:20]!r}", code=2500)
        name, text = match.group(), text[match.end() :]
        wanted[name] = None
        if text.startswith("{"):
            wanted[name], text = _parse(text[1:])
            if not text.startswith("}"):
                raise GraphError("Syntax error in fields: a brace is not closed", code=2500)
            text = text[1:]
        text = text.removeprefix(",")
    return wanted, text


def read_node(account: Account, node: Node, wanted: Wanted) -> dict[str, Any]:
    """The wanted fields that have a value; Meta leaves the others out. The id always comes along."""
    kind = KINDS[node.kind]
    check_names(wanted, kind)
    types = field_types(kind.sdk_class)
    shown: dict[str, Any] = {}
    for name, inner in (wanted or {"id": None}).items():
        value = _value(account, node, name)
        if name in node.read_back:
            value = node.read_back[name]
        if isinstance(value, Node):
            value = read_node(account, value, inner or {"id": None})
        elif inner is not None:
            raise bad_parameter(f"Field {name} has no subfields in this sandbox", name)
        if value is not None:
            shown[name] = written(types[name], value)
    shown["id"] = _value(account, node, "id")
    return shown


def check_names(wanted: Wanted, kind: Kind) -> None:
    types = field_types(kind.sdk_class)
    for name in wanted:
        if name not in types or name in WRITE_ONLY:
            raise nonexisting_field(name, kind.sdk_class)


def nonexisting_field(name: str, node_type: str) -> GraphError:
    return bad_parameter(f"Tried accessing nonexisting field ({name}) on node type ({node_type})", name)


def written(kind: str, value: Any) -> Any:
    """Meta writes money and counts as text, and times with the offset of the account's zone."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S%z")
    if kind == "string" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value


def _value(account: Account, node: Node, name: str) -> Any:
    derived = DERIVED.get(node.kind, {}).get(name) or COMMON.get(name)
    return derived(account, node) if derived else node.values.get(name)


def _labels(account: Account, node: Node) -> list[dict[str, str]] | None:
    ids = node.values.get("adlabels") or []
    return [{"id": i, "name": account.nodes[i].values["name"]} for i in ids] or None


def _budget_remaining(account: Account, node: Node) -> int:
    lifetime, daily = node.values.get("lifetime_budget"), node.values.get("daily_budget")
    if lifetime:
        return max(0, int(lifetime) - account.ledger.total[node.id])
    return max(0, int(daily or 0) - account.ledger.on(node.id, account.clock.today))


def _targeting(account: Account, node: Node) -> dict[str, Any]:  # noqa: ARG001 - one shape for all fields
    """Meta reads a targeting back with its defaults filled in."""
    targeting: dict[str, Any] = {"age_min": 18, "age_max": 65} | node.values["targeting"]
    geo = targeting.get("geo_locations")
    if geo:
        targeting["geo_locations"] = {"location_types": ["home", "recent"]} | geo
    return targeting


def _review_feedback(account: Account, ad: Node) -> dict[str, Any] | None:  # noqa: ARG001
    return {"global": ad.verdict} if ad.review == DISAPPROVED else None


def _creative(account: Account, ad: Node) -> Node:
    return account.nodes[ad.values["creative"]["creative_id"]]


def _link_data(name: str) -> Callable[[Account, Node], Any]:
    return lambda _, node: node.values.get("object_story_spec", {}).get("link_data", {}).get(name)


def _call_to_action(account: Account, node: Node) -> Any:
    return (_link_data("call_to_action")(account, node) or {}).get("type")


COMMON: dict[str, Callable[[Account, Node], Any]] = {
    "id": lambda _, node: node.id,
    "account_id": lambda account, _: account.number,
    "created_time": lambda _, node: node.created,
    "updated_time": lambda _, node: node.updated,
    "status": lambda _, node: node.status,
    "configured_status": lambda _, node: node.status,
    "effective_status": effective_status,
    "adlabels": _labels,
    "issues_info": lambda _, node: node.issues or None,
}
DERIVED: dict[str, dict[str, Callable[[Account, Node], Any]]] = {
    CAMPAIGN.name: {
        "budget_remaining": _budget_remaining,
        "start_time": lambda account, node: campaign_times(account, node)[0],
        "stop_time": lambda account, node: campaign_times(account, node)[1],
        "can_use_spend_cap": lambda _account, _node: True,
    },
    AD_SET.name: {
        "budget_remaining": _budget_remaining,
        "campaign": lambda account, node: account.campaign_of(node),
        "targeting": _targeting,
        "special_ad_categories": lambda account, node: account.campaign_of(node).values[
            "special_ad_categories"
        ],
    },
    AD.name: {
        "campaign": lambda account, node: account.campaign_of(node),
        "adset": lambda account, node: account.ad_set_of(node),
        "creative": _creative,
        "targeting": lambda account, node: _targeting(account, account.ad_set_of(node)),
        "ad_review_feedback": _review_feedback,
    },
    CREATIVE.name: {
        "body": _link_data("message"),
        "title": _link_data("name"),
        "image_hash": _link_data("image_hash"),
        "call_to_action_type": _call_to_action,
        "object_type": lambda _account, _node: "SHARE",
        "effective_object_story_id": lambda account, node: f"{account.page_id}_{node.id}",
    },
    AUDIENCE.name: {
        "approximate_count_lower_bound": counted,
        "approximate_count_upper_bound": counted,
        "operation_status": lambda _account, _node: {"code": 200, "description": "Normal"},
    },
    IMAGE.name: {"id": lambda account, node: f"{account.number}:{node.values['hash']}"},
}
