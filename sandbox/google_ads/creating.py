"""New resources: their temporary names, what they refer to, and what is filled in for them."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sandbox.google_ads import fields
from sandbox.google_ads.errors import AdsError
from sandbox.google_ads.kinds import (
    AD_GROUP,
    AD_GROUP_AD,
    AD_GROUP_CRITERION,
    BUDGET,
    BY_COLLECTION,
    CAMPAIGN,
    CAMPAIGN_CRITERION,
    KINDS,
    Kind,
    Pb,
    set_enum,
)
from sandbox.google_ads.rules import check
from sandbox.google_ads.state import Resource

if TYPE_CHECKING:
    from sandbox.google_ads.mutate import Step

NAME = re.compile(r"customers/(\d+)/([A-Za-z]+)/(-?\d+(?:~-?\d+)?)")
# What a create that is silent on a field gets.
DEFAULTS = {
    BUDGET.name: {"delivery_method": "STANDARD", "period": "DAILY", "type_": "STANDARD"},
    CAMPAIGN.name: {"status": "ENABLED"},
    CAMPAIGN_CRITERION.name: {},
    AD_GROUP.name: {"status": "ENABLED", "type_": "SEARCH_STANDARD"},
    AD_GROUP_CRITERION.name: {"status": "ENABLED"},
    AD_GROUP_AD.name: {"status": "ENABLED"},
}


def create(step: "Step", kind: Kind, given: Pb) -> tuple[Resource | None, list[AdsError]]:
    errors = list(fields.check_create(kind, given)) + list(_temporary_name(step, kind, given.resource_name))
    if errors:
        return None, errors
    if step.customer.eu_declaration_required:
        return None, [eu_declaration_required()]
    message = kind.message_class()
    message.CopyFrom(given)
    errors = list(resolve_references(step, kind, message, creating=True))
    if errors:
        return None, errors
    lag = step.fault.details["seconds"] if step.fault and step.fault.kind == "index_lag" else 0
    clock = step.customer.clock
    resource = Resource(kind, "", message, clock.now, clock.after(lag))
    _fill_in(step, resource)
    errors = list(check(step, resource, None))
    if errors:
        return None, errors
    step.draft.put(resource)
    if given.resource_name:
        step.temporary[given.resource_name] = resource.name
    if step.fault is not None and step.fault.kind == "disapprove" and kind == AD_GROUP_AD:
        resource.verdict = [(step.fault.details["reason"], "PROHIBITED")]
    note_fault(step, resource)
    return resource, []


def _temporary_name(step: "Step", kind: Kind, name: str) -> Iterator[AdsError]:
    if not name:
        return
    place = ("resource_name",)
    if kind.composite:
        message = "The resource name of a criterion or an ad is made of its parent's; give none."
        yield AdsError("mutate_error", "INCONSISTENT_FIELD_VALUES", message, place, name)
        return
    found = NAME.fullmatch(name)
    if not found or found[2] != kind.collection or found[1] != step.customer.id:
        message = f"Resource name '{name}' is malformed."
        yield AdsError("request_error", "RESOURCE_NAME_MALFORMED", message, place, name)
    elif not found[3].startswith("-"):
        message = "Do not set the id of a new resource; only a negative, temporary one."
        yield AdsError("new_resource_creation_error", "CANNOT_SET_ID_FOR_CREATE", message, place, name)
    elif any(NAME.fullmatch(known)[3] == found[3] for known in (*step.temporary, *step.failed) if known):  # type: ignore[index]
        message = "A temporary id can be given once in a request, whatever the type."
        yield AdsError("new_resource_creation_error", "DUPLICATE_TEMP_IDS", message, place, name)


def resolve_references(
    step: "Step", kind: Kind, message: Pb, *, creating: bool = False
) -> Iterator[AdsError]:
    """Put the real names for the temporary ones, and see that what they name is there."""
    for field_name in kind.references:
        name = getattr(message, field_name)
        if not name:
            if creating:
                yield AdsError(
                    "field_error", "REQUIRED", "The required field was not present.", (field_name,)
                )
            continue
        if name in step.failed:
            said = "The parent with this temporary id failed, so this was not looked at."
            yield AdsError(
                "new_resource_creation_error", "TEMP_ID_RESOURCE_HAD_ERRORS", said, (field_name,), name
            )
            continue
        name = step.temporary.get(name, name)
        setattr(message, field_name, name)
        errors = check_name(step, KINDS[field_name], name)
        found = None if errors else step.draft.find(name)
        if not errors and found is None:
            errors = [not_found(name)]
        elif found is not None and found.is_removed:
            errors = [_removed_parent(found)]
        yield from (error.under(field_name) for error in errors)


def check_name(step: "Step", kind: Kind, name: str) -> list[AdsError]:
    if not name:
        message = "The resource name is missing."
        return [AdsError("request_error", "RESOURCE_NAME_MISSING", message, ("resource_name",))]
    found = NAME.fullmatch(name)
    if not found or BY_COLLECTION.get(found[2]) != kind:
        message = f"Resource name '{name}' is malformed."
        return [AdsError("request_error", "RESOURCE_NAME_MALFORMED", message, trigger=name)]
    return [] if found[1] == step.customer.id else [not_found(name)]


def not_found(name: str) -> AdsError:
    message = f"Resource was not found: {name}."
    return AdsError("mutate_error", "RESOURCE_NOT_FOUND", message, trigger=name)


def is_removed(name: str) -> AdsError:
    message = "The operation is not permitted for removed resources."
    return AdsError("context_error", "OPERATION_NOT_PERMITTED_FOR_REMOVED_RESOURCE", message, trigger=name)


def _removed_parent(found: Resource) -> AdsError:
    if found.kind == BUDGET:
        message = "The campaign budget no longer exists."
        return AdsError("campaign_budget_error", "CAMPAIGN_BUDGET_REMOVED", message, trigger=found.name)
    return is_removed(found.name)


def eu_declaration_required() -> AdsError:
    message = "A campaign of this account lacks its declaration on EU political advertising."
    return AdsError("mutate_error", "EU_POLITICAL_ADVERTISING_DECLARATION_REQUIRED", message)


def _fill_in(step: "Step", resource: Resource) -> None:
    kind, message = resource.kind, resource.message
    for field_name, value in DEFAULTS[kind.name].items():
        if not getattr(message, field_name):
            set_enum(message, field_name, value)
    number = step.customer.next_id()
    fill = {
        BUDGET.name: _fill_budget,
        CAMPAIGN.name: _fill_campaign,
        CAMPAIGN_CRITERION.name: _fill_campaign_criterion,
        AD_GROUP_CRITERION.name: _fill_keyword,
        AD_GROUP_AD.name: _fill_ad,
    }.get(kind.name)
    own = fill(step, message, number) if fill else number
    if kind.composite:
        own_id = f"{getattr(message, kind.references[0]).rpartition('/')[2]}~{own}"
    else:
        message.id = own
        own_id = str(own)
    resource.given_name = message.name if kind == BUDGET else ""
    resource.name = message.resource_name = f"{step.customer.resource_name}/{kind.collection}/{own_id}"


def _fill_budget(step: "Step", message: Pb, number: int) -> int:  # noqa: ARG001
    if not message.HasField("explicitly_shared"):
        message.explicitly_shared = True
    set_enum(message, "status", "ENABLED")
    return number


def _fill_campaign(step: "Step", message: Pb, number: int) -> int:
    if not message.HasField("start_date_time"):
        message.start_date_time = f"{step.customer.clock.today.isoformat()} 00:00:00"
    if not message.HasField("network_settings"):
        message.network_settings.target_google_search = True
        message.network_settings.target_search_network = True
    return number


def _fill_campaign_criterion(step: "Step", message: Pb, number: int) -> int:  # noqa: ARG001
    set_enum(message, "status", "ENABLED")
    for kind, constant in (("location", "geo_target_constant"), ("language", "language_constant")):
        if message.HasField(kind):
            set_enum(message, "type_", kind.upper())
            constant_id = getattr(getattr(message, kind), constant).rpartition("/")[2]
            number = int(constant_id) if constant_id.isdigit() else number
    message.criterion_id = number
    return number


def _fill_keyword(step: "Step", message: Pb, number: int) -> int:  # noqa: ARG001
    set_enum(message, "type_", "KEYWORD")
    set_enum(message, "approval_status", "UNDER_REVIEW")
    message.criterion_id = number
    return number


def _fill_ad(step: "Step", message: Pb, number: int) -> int:
    message.ad.id = number
    message.ad.resource_name = f"{step.customer.resource_name}/ads/{number}"
    set_enum(message.ad, "type_", "RESPONSIVE_SEARCH_AD")
    set_enum(message.policy_summary, "review_status", "REVIEW_IN_PROGRESS")
    set_enum(message.policy_summary, "approval_status", "UNKNOWN")
    return number


def note_fault(step: "Step", resource: Resource) -> None:
    """Scripted: a field of what this request makes or changes is not what was asked for."""
    fault = step.fault
    if fault is None or fault.kind != "read_back_differs":
        return
    kind, _, path = str(fault.details["field"]).partition(".")
    if kind != resource.kind.name:
        return
    *outer, last = path.split(".")
    target = resource.message
    for part in outer:
        target = getattr(target, part)
    value = fault.details["value"]
    if target.DESCRIPTOR.fields_by_name[last].enum_type is not None:
        set_enum(target, last, value)
    else:
        setattr(target, last, value)
