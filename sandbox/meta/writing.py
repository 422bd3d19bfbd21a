"""Making, changing and deleting nodes. Nothing here is idempotent: the same POST twice makes two."""

from typing import Any

from sandbox.meta import rules_ad, rules_ad_set, rules_campaign, rules_money
from sandbox.meta.errors import bad_parameter, missing, no_such_object, refused
from sandbox.meta.kinds import AD, AD_SET, AUDIENCE, CAMPAIGN, CREATIVE, DELIVERING, KINDS, LABEL, Kind
from sandbox.meta.parameters import signature
from sandbox.meta.state import Account, Node
from sandbox.meta.statuses import send_to_review
from sandbox.web import Request

REVIEWED = ("creative", "targeting")  # a change of these goes to review again
BUDGETS = ("daily_budget", "lifetime_budget")


def create(account: Account, kind: Kind, request: Request) -> dict[str, Any]:
    values = signature("AdAccount", kind.create).decode(request.params, account.clock.zone)
    options = values.pop("execution_options", [])
    labels = values.pop("adlabels", [])
    _check_new(account, kind, values)
    if "validate_only" in options:
        return {"success": True}
    status = values.pop("status", "ACTIVE")
    if labels:
        values["adlabels"] = _label_ids(account, labels)
    lag = request.suffers("index_lag")
    node = account.add(kind.name, values, status=status, hidden=lag.details["seconds"] if lag else 0)
    _spoil(node, request)
    return {"id": node.id}


def _check_new(account: Account, kind: Kind, values: dict[str, Any]) -> None:
    if kind is CAMPAIGN:
        rules_campaign.new_campaign(account, values)
    elif kind is AD_SET:
        rules_ad_set.new_ad_set(account, values)
    elif kind is CREATIVE:
        rules_ad.new_creative(account, values)
    elif kind is AD:
        ad_set = rules_ad.new_ad(account, values)
        values["adset_id"] = ad_set.id
        values["campaign_id"] = ad_set.values["campaign_id"]
    elif kind is AUDIENCE:
        _check_audience(values)


def _check_audience(values: dict[str, Any]) -> None:
    for name in ("name", "subtype"):
        if not values.get(name):
            raise missing(name)
    if values["subtype"] == "CUSTOM" and not values.get("customer_file_source"):
        raise missing("customer_file_source")


def create_label(account: Account, request: Request) -> dict[str, Any]:
    """A label is known by its name: asking for it again gives the one there is."""
    values = signature("AdAccount", LABEL.create).decode(request.params, account.clock.zone)
    if not values.get("name"):
        raise missing("name")
    return {"id": _label(account, values["name"]).id}


def _label(account: Account, name: str) -> Node:
    for label in account.of_kind(LABEL.name):
        if label.values["name"] == name and label.status != "DELETED":
            return label
    return account.add(LABEL.name, {"name": name})


def _label_ids(account: Account, labels: list[Any]) -> list[str]:
    ids = []
    for label in labels:
        if not isinstance(label, dict) or not label.keys() & {"id", "name"}:
            raise bad_parameter("Param adlabels must be an array of objects with id or name.", "adlabels")
        found = account.find(label["id"], LABEL.name) if "id" in label else _label(account, label["name"])
        if found is None:
            raise no_such_object("POST", label["id"])
        ids.append(found.id)
    return ids


def change(account: Account, node: Node, request: Request) -> dict[str, Any]:
    changes = signature(KINDS[node.kind].sdk_class, "api_update").decode(request.params, account.clock.zone)
    options = changes.pop("execution_options", [])
    labels = changes.pop("adlabels", None)
    _check_frozen(node, changes)
    values = {**node.values, **{name: value for name, value in changes.items() if name != "status"}}
    if node.kind == CAMPAIGN.name:
        rules_campaign.changed_campaign(account, values, changes)
        rules_money.budget_change(account, node, changes)
    elif node.kind == AD_SET.name:
        rules_ad_set.changed_ad_set(account, node, values, changes)
    elif node.kind == AD.name:
        rules_ad.changed_ad(account, values, changes)
    if "validate_only" in options:
        return {"success": True}
    if node.kind == AD_SET.name:
        rules_money.count_budget_change(account, node, changes)
    if labels is not None:
        values["adlabels"] = _label_ids(account, labels)
    reviewed_again = any(values.get(name) != node.values.get(name) for name in REVIEWED)
    node.values = values
    node.status = changes.get("status", node.status)
    node.updated = account.clock.now
    if reviewed_again:
        send_to_review(account, node)
    _spoil(node, request)
    return {"success": True}


def _check_frozen(node: Node, changes: dict[str, Any]) -> None:
    """A deleted node only changes its name; an archived one also its status, to DELETED."""
    if node.kind not in DELIVERING or node.status not in ("DELETED", "ARCHIVED"):
        return
    allowed = {"name"} if node.status == "DELETED" else {"name", "status"}
    if changes.keys() - allowed or changes.get("status", "DELETED") != "DELETED":
        raise refused(
            f"Cannot Edit {node.status.title()} Object",
            f"This {node.kind} is {node.status.lower()}: only {' and '.join(sorted(allowed))} may change.",
            blame=tuple(changes),
        )


def delete(account: Account, node: Node) -> dict[str, Any]:
    node.status = "DELETED"
    node.updated = account.clock.now
    return {"success": True}


def _spoil(node: Node, request: Request) -> None:
    """What a scripted fault does to the node that was just written."""
    disapprove = request.suffers("disapprove")
    if disapprove and node.kind == AD.name:
        node.verdict = {disapprove.details["reason"]: disapprove.details["text"]}
    issues = request.suffers("with_issues")
    if issues:
        node.issues = [
            {
                "level": {"campaign": "CAMPAIGN", "adset": "AD_SET"}.get(node.kind, "AD"),
                "error_code": issues.details["code"],
                "error_summary": issues.details["summary"],
                "error_message": issues.details["message"],
                "error_type": "HARD_ERROR",
            }
        ]
    differs = request.suffers("read_back_differs")
    if differs:
        field, value = differs.details["field"], differs.details["value"]
        node.read_back[field] = value
        if field in BUDGETS:
            node.values[field] = int(value)
