"""Which path leads where. What is not here does not exist."""

from collections.abc import Callable
from typing import Any

from sandbox.meta import audiences, images, insights, listing, places, reports, writing
from sandbox.meta.account_node import change_account, debug_token, minimum_budgets, read_account, read_me
from sandbox.meta.errors import bad_parameter, missing, no_such_object, unknown_path
from sandbox.meta.fields import parse_fields, read_node
from sandbox.meta.kinds import AD, AD_SET, AUDIENCE, CAMPAIGN, CREATIVE, IMAGE, KINDS, LABEL, REPORT, Kind
from sandbox.meta.parameters import Signature, signature
from sandbox.meta.state import Account, Node
from sandbox.web import Request

Answer = dict[str, Any]
AccountRoute = Callable[[Account, Request], Answer]
NodeRoute = Callable[[Account, Node, Request], Answer]
SEARCHABLE = ("city", "region")


def route(account: Account, request: Request) -> Answer:
    head, _, edge = request.path.partition("/")
    if head in ("me", "search", "debug_token"):
        return _found(TOP, request, f"{head}/{edge}".rstrip("/"))(account, request)
    if head == account.id:
        return _found(ACCOUNT, request, edge)(account, request)
    node = account.find(head)
    if node is None:
        if head.isdigit() or head.startswith("act_"):
            raise no_such_object(request.method, head)
        raise unknown_path(request.path)
    routes = NODE[node.kind]
    if (request.method, edge) not in routes:
        raise no_such_object(request.method, head) if edge in ("", *EDGES) else unknown_path(request.path)
    return routes[request.method, edge](account, node, request)


def _found(routes: dict[tuple[str, str], AccountRoute], request: Request, edge: str) -> AccountRoute:
    if (request.method, edge) not in routes:
        raise unknown_path(request.path)
    return routes[request.method, edge]


def _create(kind: Kind) -> AccountRoute:
    return lambda account, request: writing.create(account, kind, request)


def _list(kind: Kind) -> AccountRoute:
    return lambda account, request: listing.list_nodes(
        account, kind, account.of_kind(kind.name), request, "AdAccount", kind.listing
    )


def _by_labels(kind: Kind, method: str) -> AccountRoute:
    return lambda account, request: listing.list_by_labels(account, kind, request, method)


def _children(kind: Kind, owner: str) -> NodeRoute:
    def answer(account: Account, node: Node, request: Request) -> Answer:
        nodes = [child for child in account.children[node.id] if child.kind == kind.name]
        return listing.list_nodes(account, kind, nodes, request, owner, kind.listing)

    return answer


def _creative_of(account: Account, ad: Node, request: Request) -> Answer:
    creative = account.nodes[ad.values["creative"]["creative_id"]]
    return listing.list_nodes(account, CREATIVE, [creative], request, "Ad", CREATIVE.listing)


def _get(account: Account, node: Node, request: Request) -> Answer:
    described = signature(KINDS[node.kind].sdk_class, "api_get")
    takes = Signature({"fields": "string"} | described.types, described.enums)
    wanted = takes.decode(request.params, account.clock.zone)
    return read_node(account, node, parse_fields(wanted.get("fields", "")))


def _delete(account: Account, node: Node, request: Request) -> Answer:
    signature(KINDS[node.kind].sdk_class, "api_delete").decode(request.params, account.clock.zone)
    return writing.delete(account, node)


def _search(account: Account, request: Request) -> Answer:
    takes = Signature(
        {"type": "string", "q": "string", "location_types": "list<string>", "limit": "unsigned int"}, {}
    )
    wanted = takes.decode(request.params, account.clock.zone)
    if wanted.get("type") != "adgeolocation":
        raise bad_parameter("This sandbox searches for adgeolocation only.", "type")
    if not wanted.get("q"):
        raise missing("q")
    kinds = wanted.get("location_types", list(SEARCHABLE))
    if not set(kinds) <= set(SEARCHABLE):
        raise bad_parameter("This sandbox searches for city and region only.", "location_types")
    return {"data": places.search(wanted["q"], kinds)}


def _account_insights(account: Account, request: Request) -> Answer:
    return insights.read(account, None, request)


def _account_report(account: Account, request: Request) -> Answer:
    return reports.start(account, None, request)


EDGES = ("campaigns", "adsets", "ads", "adcreatives", "insights")
TOP: dict[tuple[str, str], AccountRoute] = {
    ("GET", "me"): read_me,
    ("GET", "debug_token"): debug_token,
    ("GET", "search"): _search,
}
ACCOUNT: dict[tuple[str, str], AccountRoute] = {
    ("GET", ""): read_account,
    ("POST", ""): change_account,
    ("GET", "minimum_budgets"): minimum_budgets,
    **{("POST", kind.edge): _create(kind) for kind in (CAMPAIGN, AD_SET, AD, CREATIVE, AUDIENCE)},
    ("POST", "adimages"): images.upload,
    ("POST", "adlabels"): writing.create_label,
    **{("GET", k.edge): _list(k) for k in (CAMPAIGN, AD_SET, AD, CREATIVE, IMAGE, LABEL, AUDIENCE)},
    ("GET", "campaignsbylabels"): _by_labels(CAMPAIGN, "get_campaigns_by_labels"),
    ("GET", "adsetsbylabels"): _by_labels(AD_SET, "get_ad_sets_by_labels"),
    ("GET", "adsbylabels"): _by_labels(AD, "get_ads_by_labels"),
    ("GET", "insights"): _account_insights,
    ("POST", "insights"): _account_report,
}
OWN: dict[tuple[str, str], NodeRoute] = {
    ("GET", ""): _get,
    ("POST", ""): writing.change,
    ("DELETE", ""): _delete,
}
MEASURED: dict[tuple[str, str], NodeRoute] = {
    ("GET", "insights"): insights.read,
    ("POST", "insights"): reports.start,
}
NODE: dict[str, dict[tuple[str, str], NodeRoute]] = {
    CAMPAIGN.name: OWN
    | MEASURED
    | {("GET", "adsets"): _children(AD_SET, "Campaign"), ("GET", "ads"): _children(AD, "Campaign")},
    AD_SET.name: OWN | MEASURED | {("GET", "ads"): _children(AD, "AdSet")},
    AD.name: OWN | MEASURED | {("GET", "adcreatives"): _creative_of},
    CREATIVE.name: OWN,
    LABEL.name: OWN,
    AUDIENCE.name: {
        ("GET", ""): _get,
        ("DELETE", ""): _delete,
        ("POST", "users"): audiences.receive,
        ("DELETE", "users"): audiences.receive,
    },
    IMAGE.name: {},
    REPORT.name: {("GET", ""): reports.poll, ("GET", "insights"): reports.results},
}
