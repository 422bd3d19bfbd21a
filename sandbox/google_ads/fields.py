"""Which fields of a resource may be set, read from what the request really carries."""

from collections.abc import Iterator
from typing import Any

from sandbox.google_ads.errors import AdsError, not_modelled
from sandbox.google_ads.kinds import BY_OPERATION, Kind, Pb

BIDDING = "campaign_bidding_strategy"
NETWORKS = "target_google_search target_search_network target_content_network target_partner_search_network"
TEXTS = [
    f"ad.responsive_search_ad.{texts}.{part}"
    for texts in ("headlines", "descriptions")
    for part in ("text", "pinned_field")
]

# What may be changed later, and what only a create may say.
CHANGEABLE: dict[str, frozenset[str]] = {
    "campaign_budget": frozenset(
        "name amount_micros total_amount_micros delivery_method explicitly_shared".split()
    ),
    "campaign": frozenset(
        [
            *"name status campaign_budget start_date_time end_date_time".split(),
            *"contains_eu_political_advertising final_url_suffix tracking_url_template".split(),
            *(f"network_settings.{network}" for network in NETWORKS.split()),
            "geo_target_type_setting.positive_geo_target_type",
            "geo_target_type_setting.negative_geo_target_type",
            *"manual_cpc manual_cpc.enhanced_cpc_enabled".split(),
            *"target_spend target_spend.cpc_bid_ceiling_micros".split(),
            *"maximize_conversions maximize_conversions.target_cpa_micros".split(),
        ]
    ),
    "campaign_criterion": frozenset(),
    "ad_group": frozenset("name status cpc_bid_micros".split()),
    "ad_group_criterion": frozenset("status cpc_bid_micros".split()),
    "ad_group_ad": frozenset({"status"}),
}
IMMUTABLE: dict[str, frozenset[str]] = {
    "campaign_budget": frozenset({"period", "type"}),
    "campaign": frozenset({"advertising_channel_type"}),
    "campaign_criterion": frozenset(
        "campaign negative location.geo_target_constant language.language_constant".split()
    ),
    "ad_group": frozenset({"campaign", "type"}),
    "ad_group_criterion": frozenset("ad_group negative keyword.text keyword.match_type".split()),
    "ad_group_ad": frozenset(
        [
            *"ad_group ad.final_urls ad.final_url_suffix ad.tracking_url_template".split(),
            *TEXTS,
            *"ad.responsive_search_ad.path1 ad.responsive_search_ad.path2".split(),
        ]
    ),
}
NEEDED = {"name", "status", "campaign_budget", "contains_eu_political_advertising", "delivery_method"}


def plain(name: str) -> str:
    """As queries and masks spell it: the generated code adds an underscore to Python's own words."""
    return name.rstrip("_")


def set_paths(message: Pb, outer: str = "") -> Iterator[str]:
    """The dotted path of everything that is set, to the last leaf."""
    for described, value in message.ListFields():
        path = f"{outer}{plain(described.name)}"
        if described.message_type is None:
            yield path
            continue
        elements = value if described.is_repeated else [value]
        for element in elements:
            inner = list(set_paths(element, f"{path}."))
            yield from inner or [path]


def check_create(kind: Kind, message: Pb) -> Iterator[AdsError]:
    allowed = CHANGEABLE[kind.name] | IMMUTABLE[kind.name] | {"resource_name"}
    for path in dict.fromkeys(set_paths(message)):
        if path not in allowed:
            yield not_modelled(f"{kind.name}.{path} in a create", *path.split("."))
    yield from check_enums(message)


def check_enums(message: Pb) -> Iterator[AdsError]:
    """Values that only Google may use, and numbers that have no name."""
    for described, value in message.ListFields():
        if described.message_type is not None:
            for element in value if described.is_repeated else [value]:
                yield from (error.under(plain(described.name)) for error in check_enums(element))
        elif described.enum_type is not None and not described.is_repeated:
            named = described.enum_type.values_by_number.get(value)
            if named is None or named.name == "UNKNOWN":
                said = "The enum value is not permitted."
                place = (plain(described.name),)
                yield AdsError("request_error", "INVALID_ENUM_VALUE", said, place, value)


def check_operation(inner: Pb) -> Iterator[AdsError]:
    """Nothing beside the operation itself and its mask."""
    for described, _ in inner.ListFields():
        if described.name not in {"create", "update", "remove", "update_mask"}:
            yield not_modelled(f"{described.name} of an operation", described.name)


def check_mask(kind: Kind, paths: list[str]) -> Iterator[AdsError]:
    for path in paths:
        place = tuple(path.split("."))
        if is_field(kind, path) and has_subfields(kind, path):
            message = f"The field mask updated a field with subfields: '{path}'. Name the subfields instead."
            yield AdsError("field_mask_error", "FIELD_HAS_SUBFIELDS", message, trigger=path)
        elif path in CHANGEABLE[kind.name]:
            continue
        elif path in IMMUTABLE[kind.name]:
            yield AdsError("field_error", "IMMUTABLE_FIELD", "The field cannot be modified.", place)
        elif not is_field(kind, path):
            message = f"The field mask contained an invalid field: '{path}'."
            yield AdsError("field_mask_error", "FIELD_NOT_FOUND", message, trigger=path)
        else:
            yield not_modelled(f"{kind.name}.{path} in an update", *place)


def mask_paths(mask: Pb) -> list[str]:
    """Without the resource name, which clients put into the mask because they set it."""
    spelled = [".".join(plain(part) for part in path.split(".")) for path in mask.paths]
    return [path for path in spelled if path != "resource_name"]


def described_field(kind: Kind, path: str) -> Any:
    """What the definitions say of it; none when there is no such field."""
    described, found = kind.message_class.DESCRIPTOR, None
    for part in path.split("."):
        names = {} if described is None else described.fields_by_name
        found = names.get(part) or names.get(f"{part}_")
        if found is None:
            return None
        described = found.message_type
    return found


def is_field(kind: Kind, path: str) -> bool:
    return described_field(kind, path) is not None


def has_subfields(kind: Kind, path: str) -> bool:
    """Such a field is changed by its parts; lists are changed whole."""
    found = described_field(kind, path)
    return found.message_type is not None and not found.is_repeated


def apply(given: Pb, stored: Pb, paths: list[str]) -> Iterator[AdsError]:
    """Copy those fields; one that is not set in what is given is cleared."""
    for path in paths:
        *outer, last = path.split(".")
        source, target = given, stored
        for part in outer:
            was_set = source.HasField(part)
            source, target = getattr(source, part), getattr(target, part)
            if was_set:
                target.SetInParent()
        described = source.DESCRIPTOR.fields_by_name[last]
        is_set = source.HasField(last) if described.has_presence else bool(getattr(source, last))
        if not is_set:
            if last in NEEDED:
                yield AdsError(
                    "field_error",
                    "FIELD_CANNOT_BE_CLEARED",
                    "The field cannot be cleared.",
                    tuple(path.split(".")),
                )
            target.ClearField(last)
        elif described.message_type is not None:
            getattr(target, last).CopyFrom(getattr(source, last))
            getattr(target, last).SetInParent()
        else:
            setattr(target, last, getattr(source, last))


def operation_of(operation: Pb) -> tuple[Kind | None, str | None]:
    """The kind it is about and whether it creates, updates or removes."""
    which = operation.WhichOneof("operation")
    kind = BY_OPERATION.get(which or "")
    return kind, getattr(operation, which).WhichOneof("operation") if kind else None
