"""What can be asked for: the fields of each resource, and from which other resource they can be reached."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from sandbox.google_ads.gaql import Condition, Query, bad
from sandbox.google_ads.kinds import ROW, Pb

NETWORKS = "google_search search_network content_network partner_search_network"
FIELDS = {
    "customer": "resource_name id descriptive_name currency_code time_zone manager test_account status",
    "campaign_budget": "resource_name id name amount_micros total_amount_micros status delivery_method "
    "explicitly_shared reference_count period type",
    "campaign": "resource_name id name status primary_status primary_status_reasons serving_status "
    "advertising_channel_type campaign_budget start_date_time end_date_time bidding_strategy_type "
    "contains_eu_political_advertising missing_eu_political_advertising_declaration final_url_suffix "
    "tracking_url_template geo_target_type_setting.positive_geo_target_type "
    "geo_target_type_setting.negative_geo_target_type manual_cpc.enhanced_cpc_enabled "
    "target_spend.cpc_bid_ceiling_micros maximize_conversions.target_cpa_micros "
    + " ".join(f"network_settings.target_{network}" for network in NETWORKS.split()),
    "campaign_criterion": "resource_name campaign criterion_id type status negative "
    "location.geo_target_constant language.language_constant",
    "ad_group": "resource_name id name status type campaign cpc_bid_micros",
    "ad_group_criterion": "resource_name ad_group criterion_id status type negative keyword.text "
    "keyword.match_type cpc_bid_micros approval_status",
    "ad_group_ad": "resource_name ad_group status ad.id ad.resource_name ad.type ad.final_urls "
    "ad.final_url_suffix ad.tracking_url_template ad.responsive_search_ad.headlines "
    "ad.responsive_search_ad.descriptions ad.responsive_search_ad.path1 ad.responsive_search_ad.path2 "
    "policy_summary.approval_status policy_summary.review_status policy_summary.policy_topic_entries "
    "primary_status",
    "geo_target_constant": "resource_name id name country_code target_type status canonical_name "
    "parent_geo_target",
    "language_constant": "resource_name id code name targetable",
    "metrics": "impressions clicks cost_micros conversions all_conversions ctr average_cpc",
    "segments": "date",
}
KNOWN = frozenset(f"{owner}.{name}" for owner, names in FIELDS.items() for name in names.split())
# From these, the fields of what stands above can be asked for as well.
ABOVE = {
    "customer": (),
    "campaign_budget": ("customer",),
    "campaign": ("campaign_budget", "customer"),
    "campaign_criterion": ("campaign", "campaign_budget", "customer"),
    "ad_group": ("campaign", "campaign_budget", "customer"),
    "ad_group_criterion": ("ad_group", "campaign", "campaign_budget", "customer"),
    "ad_group_ad": ("ad_group", "campaign", "campaign_budget", "customer"),
    "geo_target_constant": (),
    "language_constant": (),
}
WITH_METRICS = ("customer", "campaign_budget", "campaign", "ad_group", "ad_group_ad")
PARAMETERS = ("include_drafts", "omit_unselected_resource_names")
DATE = "segments.date"


@dataclass(frozen=True)
class Field:
    """One field by its dotted name: where it is in a row, and what it holds."""

    name: str
    owner: str
    path: tuple[str, ...]  # below its owner, as the generated code spells it
    type: str  # string, number, boolean, enum, date, message
    enum: Any = None

    def read(self, message: Pb) -> Any:
        """The value, or none when it is not set. Enum values by their names."""
        for part in self.path[:-1]:
            if not message.HasField(part):
                return None
            message = getattr(message, part)
        last = self.path[-1]
        described = message.DESCRIPTOR.fields_by_name[last]
        if described.has_presence and not message.HasField(last):
            return None
        value = getattr(message, last)
        if self.type == "enum":
            return str(self.enum.values_by_number[value].name)
        return value

    def copy(self, source: Pb, row: Pb) -> None:
        """Put it into a row, if it is set."""
        if self.read(source) is None:
            return
        target = getattr(row, self.owner)
        for part in self.path[:-1]:
            source, target = getattr(source, part), getattr(target, part)
        last = self.path[-1]
        described = source.DESCRIPTOR.fields_by_name[last]
        if described.is_repeated:
            getattr(target, last).MergeFrom(getattr(source, last))
        elif described.message_type is not None:
            getattr(target, last).CopyFrom(getattr(source, last))
        else:
            setattr(target, last, getattr(source, last))


NUMBERS = ("int32", "int64", "double", "float")


@cache
def field_named(name: str) -> Field:
    if name not in KNOWN:
        owner = name.partition(".")[0]
        why = "is not modelled by this sandbox" if _exists(name) else "is not recognized"
        if owner in FIELDS and "." not in name:
            raise bad("PROHIBITED_FIELD_IN_SELECT_CLAUSE", f"'{name}' is a resource, not a field.", name)
        raise bad("UNRECOGNIZED_FIELD", f"Error in query: the field '{name}' {why}.", name)
    owner, *rest = name.split(".")
    described = ROW.DESCRIPTOR.fields_by_name[owner].message_type
    path, last = [], None
    for part in rest:
        last = described.fields_by_name.get(part) or described.fields_by_name[f"{part}_"]
        path.append(last.name)
        described = last.message_type
    assert last is not None
    return Field(name, owner, tuple(path), _type(name, last), last.enum_type)


def _exists(name: str) -> bool:
    described = ROW.DESCRIPTOR
    for part in name.split("."):
        fields = described.fields_by_name if described is not None else {}
        found = fields.get(part) or fields.get(f"{part}_")
        if found is None:
            return False
        described = found.message_type
    return True


def _type(name: str, described: Any) -> str:
    if described.is_repeated or described.message_type is not None:
        return "message"
    if name == DATE or name.endswith("_date_time"):
        return "date"
    if described.enum_type is not None:
        return "enum"
    by_number: dict[int, str] = {
        described.TYPE_STRING: "string",
        described.TYPE_BOOL: "boolean",
    }
    return by_number.get(described.type, "number")


def check(query: Query) -> None:
    """Raises Refusal when the clauses do not go together."""
    if query.resource not in ABOVE:
        modelled = "is not modelled by this sandbox" if _exists(query.resource) else "is not recognized"
        raise bad(
            "BAD_RESOURCE_TYPE_IN_FROM_CLAUSE", f"The resource {query.resource} {modelled}.", query.resource
        )
    for name in query.select:
        _reachable(query, name, "SELECT")
    for condition in query.where:
        _reachable(query, condition.field, "WHERE")
    for name, _ in query.order:
        _reachable(query, name, "ORDER BY")
        _sortable(query, name)
    for name, value in query.parameters.items():
        if name not in PARAMETERS:
            raise bad("BAD_PARAMETER_NAME", f"There is no parameter {name}.", name)
        if value.lower() not in ("true", "false"):
            raise bad("BAD_PARAMETER_VALUE", f"{name} must be true or false.", value)


def _reachable(query: Query, name: str, clause: str) -> None:
    owner = field_named(name).owner
    if owner in ("metrics", "segments"):
        if query.resource not in WITH_METRICS:
            which = "METRIC" if owner == "metrics" else "SEGMENT"
            said = f"'{name}' cannot be asked from {query.resource}."
            raise bad(f"PROHIBITED_{which}_IN_SELECT_OR_WHERE_CLAUSE", said, name)
    elif owner not in (query.resource, *ABOVE[query.resource]):
        said = f"{owner} cannot be asked from {query.resource}."
        kinds = {"SELECT": "RESOURCE_TYPE_IN_SELECT_CLAUSE", "WHERE": "RESOURCE_TYPE_IN_WHERE_CLAUSE"}
        raise bad(f"PROHIBITED_{kinds.get(clause, 'FIELD_IN_ORDER_BY_CLAUSE')}", said, name)


def _sortable(query: Query, name: str) -> None:
    described = field_named(name)
    if described.type == "message":
        raise bad("PROHIBITED_FIELD_IN_ORDER_BY_CLAUSE", f"'{name}' cannot be sorted by.", name)
    if described.owner in ("metrics", "segments") and name not in query.select:
        said = f"'{name}' must be selected to be sorted by."
        raise bad("EXPECTED_REFERENCED_FIELD_IN_SELECT_CLAUSE", said, name)


Test = Callable[[Any], bool]
Tested = tuple[Field, Test]


def about(conditions: list[Condition], owner: str) -> list[Condition]:
    return [condition for condition in conditions if field_named(condition.field).owner == owner]
