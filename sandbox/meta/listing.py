"""Edges that list nodes: newest first, without the deleted and archived ones, page by page."""

from collections.abc import Iterable
from typing import Any

from sandbox.meta import filters
from sandbox.meta.errors import missing
from sandbox.meta.fields import check_names, parse_fields, read_node
from sandbox.meta.kinds import IMAGE, Kind
from sandbox.meta.pages import page, with_paging
from sandbox.meta.parameters import signature
from sandbox.meta.state import Account, Node
from sandbox.meta.statuses import effective_status
from sandbox.web import Request


def list_nodes(
    account: Account, kind: Kind, nodes: Iterable[Node], request: Request, owner: str, method: str
) -> dict[str, Any]:
    """`owner` and `method` say which method of the SDK describes this edge's parameters."""
    takes = with_paging(signature(owner, method))
    wanted = takes.decode(request.params, account.clock.zone)
    conditions = filters.parse(wanted.get("filtering", []))
    filters.check_fields(kind.name, conditions)
    statuses = wanted.get("effective_status") or filters.wanted_statuses(kind.name, conditions)
    filters.check_statuses(statuses or [])
    shown = [
        node
        for node in nodes
        if _is_listed(account, node, statuses)
        and all(filters.matches(account, node, *condition) for condition in conditions)
        and _is_wanted(node, wanted)
    ]
    shown.sort(key=_rank)
    fields = parse_fields(wanted.get("fields", ""))
    check_names(fields, kind)
    reply = page([(_rank(node), node) for node in shown], request, wanted)
    reply["data"] = [read_node(account, node, fields) for node in reply["data"]]
    if "summary" in wanted:
        reply["summary"] = {"total_count": len(shown)}
    return reply


def _rank(node: Node) -> int:
    return -int(node.id)


def _is_listed(account: Account, node: Node, statuses: list[str] | None) -> bool:
    if node.visible_from > account.clock.now or filters.hidden(account, node, statuses):
        return False
    return not statuses or effective_status(account, node) in statuses


def _is_wanted(node: Node, wanted: dict[str, Any]) -> bool:
    if "updated_since" in wanted and node.updated.timestamp() < wanted["updated_since"]:
        return False
    if node.kind == IMAGE.name:
        if "hashes" in wanted and node.values["hash"] not in wanted["hashes"]:
            return False
        return wanted.get("name") in (None, node.values["name"])
    return True


def list_by_labels(account: Account, kind: Kind, request: Request, method: str) -> dict[str, Any]:
    """`campaignsbylabels` and its like: nodes that bear any, or all, of the labels."""
    takes = with_paging(signature("AdAccount", method))
    wanted = takes.decode(request.params, account.clock.zone)
    if not wanted.get("ad_label_ids"):
        raise missing("ad_label_ids")
    labels = set(wanted["ad_label_ids"])
    fits = labels.issubset if wanted.get("operator") == "ALL" else lambda own: bool(labels & set(own))
    nodes = [node for node in account.of_kind(kind.name) if fits(node.values.get("adlabels", []))]
    return list_nodes(account, kind, nodes, request, "AdAccount", method)
