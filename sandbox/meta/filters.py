"""`filtering=[{field, operator, value}]`, on nodes and on the entities of insight rows."""

from collections.abc import Callable
from typing import Any

from sandbox.meta.errors import bad_parameter, refused
from sandbox.meta.kinds import AD, AD_SET, CAMPAIGN, DELIVERING
from sandbox.meta.state import Account, Node
from sandbox.meta.statuses import GONE, effective_status


def _contains(actual: Any, value: Any) -> bool:
    return str(value).casefold() in str(actual).casefold()


OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "EQUAL": lambda actual, value: actual == value,
    "NOT_EQUAL": lambda actual, value: actual != value,
    "IN": lambda actual, value: actual in value,
    "NOT_IN": lambda actual, value: actual not in value,
    "CONTAIN": _contains,
    "NOT_CONTAIN": lambda actual, value: not _contains(actual, value),
    "GREATER_THAN": lambda actual, value: actual > value,
    "GREATER_THAN_OR_EQUAL": lambda actual, value: actual >= value,
    "LESS_THAN": lambda actual, value: actual < value,
    "LESS_THAN_OR_EQUAL": lambda actual, value: actual <= value,
}
TAKES_A_LIST = ("IN", "NOT_IN")
TEXT: dict[str, Callable[[Account, Node], Any]] = {
    "id": lambda _, node: node.id,
    "name": lambda _, node: node.values.get("name", ""),
    "effective_status": effective_status,
    "configured_status": lambda _, node: node.status,
    "status": lambda _, node: node.status,
    "objective": lambda account, node: account.campaign_of(node).values.get("objective"),
}
TIMES: dict[str, Callable[[Account, Node], Any]] = {
    "created_time": lambda _, node: int(node.created.timestamp()),
    "updated_time": lambda _, node: int(node.updated.timestamp()),
}
STATUSES = frozenset(
    "ACTIVE PAUSED DELETED ARCHIVED IN_PROCESS WITH_ISSUES CAMPAIGN_PAUSED ADSET_PAUSED PENDING_REVIEW "
    "DISAPPROVED PREAPPROVED PENDING_BILLING_INFO".split()
)
METRICS = ("impressions", "clicks", "spend", "reach")


def parse(filtering: list[dict[str, Any]]) -> list[tuple[str, str, Any]]:
    """As (field, operator, value), each checked for form."""
    parsed = []
    for index, condition in enumerate(filtering):
        name = f"filtering[{index}]"
        if set(condition) != {"field", "operator", "value"}:
            raise bad_parameter(f"Param {name} must have field, operator and value.", "filtering")
        operator = condition["operator"]
        if operator not in OPERATORS:
            known = ", ".join(OPERATORS)
            raise bad_parameter(f"Param {name}[operator] must be one of {{{known}}}.", "filtering")
        if (operator in TAKES_A_LIST) != isinstance(condition["value"], list):
            raise bad_parameter(f"Param {name}[value] does not go with {operator}.", "filtering")
        parsed.append((str(condition["field"]), operator, condition["value"]))
    return parsed


def matches(account: Account, node: Node, field: str, operator: str, value: Any) -> bool:
    subject, name = _subject(account, node, field)
    read, form = (TIMES[name], int) if name in TIMES else (TEXT[name], str)
    wanted: Any = [form(v) for v in value] if operator in TAKES_A_LIST else form(value)
    return OPERATORS[operator](read(account, subject), wanted)


def _subject(account: Account, node: Node, field: str) -> tuple[Node, str]:
    """`name` is the node's own; `campaign.name` is that of the campaign above it."""
    prefix, _, name = field.rpartition(".")
    if name not in TEXT and name not in TIMES:
        raise unknown_field(field)
    for member in account.ancestry(node):
        if prefix in ("", member.kind):
            return member, name
    raise unknown_field(field)


def unknown_field(field: str) -> Exception:
    return bad_parameter(f"Filtering field {field!r} is not valid with this edge.", "filtering")


def check_fields(kind: str, conditions: list[tuple[str, str, Any]]) -> None:
    """Refuses an unknown field even when there is nothing to filter."""
    above = {AD.name: DELIVERING, AD_SET.name: (CAMPAIGN.name, AD_SET.name)}.get(kind, (kind,))
    for field, _, _ in conditions:
        prefix, _, name = field.rpartition(".")
        if prefix not in ("", *above) or (name not in TEXT and name not in TIMES):
            raise unknown_field(field)


def check_statuses(statuses: list[str]) -> None:
    for status in statuses:
        if status not in STATUSES:
            raise bad_parameter(f"Param effective_status got unknown value {status!r}.", "effective_status")
    if "DELETED" in statuses:
        raise refused(
            "Cannot Request for Deleted Objects",
            "Requesting for deleted objects is not supported in this endpoint.",
            subcode=1815001,
            blame=("effective_status",),
        )


def wanted_statuses(kind: str, conditions: list[tuple[str, str, Any]]) -> list[str] | None:
    """What a filter on the node's own effective status names, or none when there is no such filter."""
    for field, operator, value in conditions:
        if field in ("effective_status", f"{kind}.effective_status") and operator in ("IN", "EQUAL"):
            return list(value) if isinstance(value, list) else [str(value)]
    return None


def hidden(account: Account, node: Node, statuses: list[str] | None) -> bool:
    """Deleted and archived nodes only show where their status is asked for."""
    return statuses is None and effective_status(account, node) in GONE
