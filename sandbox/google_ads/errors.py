"""What the API says when it refuses: one or more errors, a gRPC status, and a place in the request."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import grpc
from google.ads.googleads.v26.errors.types.errors import ErrorDetails, GoogleAdsError, GoogleAdsFailure

from sandbox.google_ads.kinds import Pb

Path = tuple[str | tuple[str, int], ...]  # names of fields; with an index where they are repeated
ERROR = GoogleAdsError.pb()
FAILURE = GoogleAdsFailure.pb()
DETAILS = ErrorDetails.pb()
CODES = ERROR.DESCRIPTOR.fields_by_name["error_code"].message_type.fields_by_name

STATUS_OF_CATEGORY = {
    "authentication_error": grpc.StatusCode.UNAUTHENTICATED,
    "authorization_error": grpc.StatusCode.PERMISSION_DENIED,
    "quota_error": grpc.StatusCode.RESOURCE_EXHAUSTED,
    "internal_error": grpc.StatusCode.INTERNAL,
}
STATUS_OF_NAME = {
    "CONCURRENT_MODIFICATION": grpc.StatusCode.ABORTED,
    "TRANSIENT_ERROR": grpc.StatusCode.UNAVAILABLE,
}


@dataclass(frozen=True)
class AdsError:
    category: str  # a field of ErrorCode
    name: str
    message: str
    path: Path = ()
    trigger: str | int | None = None
    details: Pb = None

    def under(self, *outer: str | tuple[str, int]) -> "AdsError":
        return replace(self, path=(*outer, *self.path))

    def written(self) -> Pb:
        written = ERROR(message=self.message)
        described = CODES[self.category].enum_type
        setattr(written.error_code, self.category, described.values_by_name[self.name].number)
        if isinstance(self.trigger, int):
            written.trigger.int64_value = self.trigger
        elif self.trigger is not None:
            written.trigger.string_value = self.trigger
        for element in self.path:
            name, index = (element, None) if isinstance(element, str) else element
            added = written.location.field_path_elements.add(field_name=name)
            if index is not None:
                added.index = index
        if self.details is not None:
            written.details.CopyFrom(self.details)
        return written


class Refusal(Exception):  # noqa: N818 - it is also an answer
    """A call that came to nothing. Without errors it carries no GoogleAdsFailure, only a gRPC status."""

    def __init__(self, errors: Sequence[AdsError], status: Any = None, message: str = "") -> None:
        super().__init__(message)
        self.errors = errors
        self.status = status

    @property
    def code(self) -> Any:
        if self.status is not None or not self.errors:
            return self.status or grpc.StatusCode.UNKNOWN
        first = self.errors[0]
        by_category = STATUS_OF_CATEGORY.get(first.category, grpc.StatusCode.INVALID_ARGUMENT)
        return STATUS_OF_NAME.get(first.name, by_category)

    @property
    def message(self) -> str:
        if self.args[0]:
            return str(self.args[0])
        return self.errors[0].message if self.errors else "The service is currently unavailable."


def failure(errors: Iterable[AdsError], request_id: str) -> Pb:
    written = FAILURE(request_id=request_id)
    written.errors.extend([error.written() for error in errors])
    return written


def refusal(category: str, name: str, message: str, *path: str, trigger: str | int | None = None) -> Refusal:
    return Refusal([AdsError(category, name, message, path, trigger)])


def known(category: str, name: str) -> bool:
    return category in CODES and name in CODES[category].enum_type.values_by_name


def not_modelled(what: str, *path: str | tuple[str, int]) -> AdsError:
    """Google may well know it; this sandbox does not, and says so rather than pass over it."""
    return AdsError("field_error", "INVALID_VALUE", f"{what} is not modelled by this sandbox.", path)


def required(field_name: str, *outer: str) -> AdsError:
    message = "The required field was not present."
    return AdsError("field_error", "REQUIRED", message, (*outer, field_name))
