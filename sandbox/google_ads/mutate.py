"""GoogleAdsService.Mutate: all the operations or none, or each for itself."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from google.ads.googleads.v26.services.types.google_ads_service import MutateGoogleAdsResponse
from google.rpc import code_pb2

from sandbox.faults import Fault
from sandbox.google_ads import creating, fields, removing
from sandbox.google_ads.draft import Draft
from sandbox.google_ads.errors import AdsError, Refusal, failure, not_modelled, refusal
from sandbox.google_ads.kinds import CAMPAIGN, Kind, Pb
from sandbox.google_ads.rules import check
from sandbox.google_ads.state import Customer, Resource

RESPONSE = MutateGoogleAdsResponse.pb()
MOST_OPERATIONS = 10_000
MODELLED = {"customer_id", "mutate_operations", "partial_failure", "validate_only", "response_content_type"}
LOG = logging.getLogger("sandbox.google_ads")


@dataclass
class Step:
    """What one operation sees and writes."""

    customer: Customer
    draft: Draft
    temporary: dict[str, str]  # temporary names of this request, and what they stand for
    failed: set[str]  # temporary names whose resource came to nothing
    touched: set[str] = field(default_factory=set)
    fault: Fault | None = None


def mutate(customer: Customer, request: Pb, request_id: str, fault: Fault | None) -> Pb:
    """The response. Raises Refusal when nothing was done."""
    _check_request(request)
    whole = Draft(customer)
    step = Step(customer, whole, {}, set(), fault=fault)
    response = RESPONSE()
    found: list[AdsError] = []
    for index, operation in enumerate(request.mutate_operations):
        step.draft = Draft(whole)
        written = response.mutate_operation_responses.add()
        errors = [error.under(("mutate_operations", index)) for error in _perform(step, operation, written)]
        found += errors
        if errors:
            written.Clear()
            _remember_failed(step, operation)
        else:
            step.draft.keep()
    if found and not request.partial_failure:
        raise Refusal(found)
    if found:
        _tell_partial_failure(response, found, request_id)
    if request.validate_only:
        del response.mutate_operation_responses[:]
        return response
    whole.keep()
    _return_resources(customer, request, response)
    return response


def _check_request(request: Pb) -> None:
    for described, _ in request.ListFields():
        if described.name not in MODELLED:
            raise Refusal([not_modelled(f"{described.name} of a Mutate", described.name)])
    if not request.mutate_operations:
        raise refusal(
            "request_error", "REQUIRED_FIELD_MISSING", "Required field is missing.", "mutate_operations"
        )
    if len(request.mutate_operations) > MOST_OPERATIONS:
        message = f"Too many mutate operations. A request has at most {MOST_OPERATIONS}."
        raise refusal("request_error", "TOO_MANY_MUTATE_OPERATIONS", message, "mutate_operations")


def _perform(step: Step, operation: Pb, written: Pb) -> list[AdsError]:
    kind, action = fields.operation_of(operation)
    if kind is None:
        which = operation.WhichOneof("operation")
        if which is None:
            return [AdsError("request_error", "OPERATION_REQUIRED", "An operation is required.")]
        return [
            AdsError(
                "mutate_error", "MUTATE_NOT_ALLOWED", f"{which} is not modelled by this sandbox.", (which,)
            )
        ]
    inner = getattr(operation, kind.operation)
    if action is None:
        message = "The operation needs one of create, update and remove."
        return [AdsError("request_error", "OPERATION_REQUIRED", message, (kind.operation,))]
    do: Any = {"create": _create, "update": _update, "remove": _remove}[action]
    errors = list(fields.check_operation(inner)) or list(do(step, kind, inner, written))
    return [error.under(kind.operation) for error in errors]


def _create(step: Step, kind: Kind, inner: Pb, written: Pb) -> Iterator[AdsError]:
    if inner.update_mask.paths:
        yield AdsError(
            "field_mask_error", "FIELD_MASK_NOT_ALLOWED", "A create takes no field mask.", ("update_mask",)
        )
    resource, errors = creating.create(step, kind, inner.create)
    yield from (error.under("create") for error in errors)
    if resource is not None:
        getattr(written, kind.result).resource_name = resource.name


def _update(step: Step, kind: Kind, inner: Pb, written: Pb) -> Iterator[AdsError]:
    paths = fields.mask_paths(inner.update_mask)
    if not paths:
        message = "The field mask must be provided for update operations."
        yield AdsError("field_mask_error", "FIELD_MASK_MISSING", message, ("update_mask",))
        return
    resource, errors = _to_be_changed(step, kind, inner.update.resource_name)
    if resource is None:
        yield from (error.under("update") for error in errors)
        return
    errors = [*fields.check_mask(kind, paths), *fields.check_enums(inner.update)]
    errors = errors or list(_apply(step, resource, inner.update, paths))
    yield from (error.under("update") for error in errors)
    getattr(written, kind.result).resource_name = resource.name


def _apply(step: Step, resource: Resource, given: Pb, paths: list[str]) -> Iterator[AdsError]:
    if step.customer.eu_declaration_required and not _declares(resource.kind, paths):
        yield creating.eu_declaration_required()
        return
    before = resource.copy()
    yield from creating.resolve_references(step, resource.kind, given)
    yield from fields.apply(given, resource.message, paths)
    yield from check(step, resource, before.message)
    creating.note_fault(step, resource)


def _declares(kind: Kind, paths: list[str]) -> bool:
    return kind == CAMPAIGN and "contains_eu_political_advertising" in paths


def _remove(step: Step, kind: Kind, inner: Pb, written: Pb) -> Iterator[AdsError]:
    resource, errors = _to_be_changed(step, kind, inner.remove)
    if resource is None:
        yield from (error.under("remove") for error in errors)
        return
    yield from (error.under("remove") for error in removing.remove(step, resource))
    getattr(written, kind.result).resource_name = resource.name


def _to_be_changed(step: Step, kind: Kind, name: str) -> tuple[Resource | None, list[AdsError]]:
    errors = creating.check_name(step, kind, name)
    if errors:
        return None, errors
    found = step.draft.changing(name)
    if found is None:
        return None, [creating.not_found(name)]
    if name in step.touched:
        message = "A request cannot change the same resource twice."
        return None, [AdsError("mutate_error", "ID_EXISTS_IN_MULTIPLE_MUTATES", message, trigger=name)]
    step.touched.add(name)
    if found.is_removed:
        return None, [creating.is_removed(name)]
    return found, []


def _remember_failed(step: Step, operation: Pb) -> None:
    kind, action = fields.operation_of(operation)
    if kind is not None and action == "create":
        name = getattr(operation, kind.operation).create.resource_name
        step.temporary.pop(name, None)
        step.failed.add(name)


def _tell_partial_failure(response: Pb, errors: list[AdsError], request_id: str) -> None:
    told = response.partial_failure_error
    told.code = code_pb2.INVALID_ARGUMENT
    told.message = "Multiple errors in ‘details’. First error: " + errors[0].message
    told.details.add().Pack(failure(errors, request_id))
    LOG.warning("refused in part: %s", ", ".join(f"{error.name} ({error.message})" for error in errors))


def _return_resources(customer: Customer, request: Pb, response: Pb) -> None:
    described = request.DESCRIPTOR.fields_by_name["response_content_type"].enum_type
    if described.values_by_number[request.response_content_type].name != "MUTABLE_RESOURCE":
        return
    for operation, written in zip(
        request.mutate_operations, response.mutate_operation_responses, strict=True
    ):
        kind, _ = fields.operation_of(operation)
        if kind is None:
            continue
        result = getattr(written, kind.result)
        if result.resource_name:
            getattr(result, kind.name).CopyFrom(customer.resources[result.resource_name].message)
