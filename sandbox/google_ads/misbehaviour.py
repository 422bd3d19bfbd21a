"""Faults that take the place of the answer, and whether a script of them makes sense."""

from typing import Any

import grpc

from sandbox.faults import Fault, FaultError
from sandbox.google_ads import access
from sandbox.google_ads.errors import AdsError, Refusal, known
from sandbox.google_ads.fields import is_field
from sandbox.google_ads.kinds import KINDS
from sandbox.google_ads.quota import exhausted
from sandbox.web import Reply

TYPES = ("PROHIBITED", "LIMITED", "FULLY_LIMITED", "DESCRIPTIVE", "BROADENING", "AREA_OF_INTEREST_ONLY")


def false_answer(fault: Fault) -> Refusal:
    details = fault.details
    if fault.kind == "grpc_status":
        return Refusal([], status_named(details["status"]), details["message"])
    if fault.kind == "quota":
        error = exhausted(details["name"], details["seconds"], details["rate_name"], details["rate_scope"])
        return Refusal([error])
    if fault.kind == "concurrent_modification":
        said = "Multiple requests were attempting to modify the same resource at once. Retry the request."
        return Refusal([AdsError("database_error", "CONCURRENT_MODIFICATION", said)])
    if fault.kind == "revoked_token":
        said = "The OAuth token in the header has been revoked."
        return Refusal([AdsError("authentication_error", "OAUTH_TOKEN_REVOKED", said)])
    index = details["operation_index"]
    place = () if index is None else (("mutate_operations", index),)
    said = details["message"] or f"{details['name']}."
    status = status_named(details["status"]) if details["status"] else None
    return Refusal([AdsError(details["category"], details["name"], said, place)], status)


def false_token(fault: Fault) -> Reply:
    if fault.kind == "revoked_token":
        return access.refused("invalid_grant", "Token has been expired or revoked.")
    return access.refused(fault.details["error"], "Scripted.", fault.details["http_status"])


def status_named(name: str) -> Any:
    return grpc.StatusCode[name]


def check_script(fault: Fault) -> None:
    """Raises FaultError when the API has no such error, status or field."""
    details = fault.details
    status = details.get("status")
    if status is not None and status not in grpc.StatusCode.__members__:
        raise FaultError(f"status {status!r} is none of gRPC's")
    category = {"quota": "quota_error"}.get(fault.kind, details.get("category"))
    if category is not None and not known(category, details["name"]):
        raise FaultError(f"there is no {category} {details['name']}")
    if fault.kind == "read_back_differs":
        _check_field(details["field"])
    if fault.kind == "policy_finding" and details["type"] not in TYPES:
        raise FaultError(f"type must be one of {', '.join(TYPES)}")


def _check_field(name: Any) -> None:
    kind, _, path = str(name).partition(".")
    if kind in KINDS and not (path and is_field(KINDS[kind], path)):
        raise FaultError(f"{name} is no field that can be read back")
