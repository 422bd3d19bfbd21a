"""gRPC: which method leads where, who may call it, and how a refusal is sent."""

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any

import grpc
from google.ads.googleads.v26.services.types.customer_service import (
    ListAccessibleCustomersRequest,
    ListAccessibleCustomersResponse,
)
from google.ads.googleads.v26.services.types.google_ads_service import (
    MutateGoogleAdsRequest,
    SearchGoogleAdsRequest,
    SearchGoogleAdsStreamRequest,
)

from sandbox.calls import Call
from sandbox.faults import GRPC_METHOD, Fault
from sandbox.google_ads.errors import Refusal, failure, refusal
from sandbox.google_ads.fields import mask_paths, operation_of
from sandbox.google_ads.kinds import Kind, Pb, enum_name
from sandbox.google_ads.misbehaviour import false_answer
from sandbox.google_ads.mutate import mutate
from sandbox.google_ads.search import search, search_stream, shortened

if TYPE_CHECKING:
    from sandbox.google_ads.platform import GoogleAds

SERVICES = "/google.ads.googleads.v26.services."
FAILURE_KEY = "google.ads.googleads.v26.errors.googleadsfailure-bin"
ID_LENGTH = 10
MOST_LOGGED = 5
LOG = logging.getLogger("sandbox.google_ads")


@dataclass
class Asked:
    """One call, with what the wire says beside the message."""

    request: Pb
    metadata: dict[str, str]
    request_id: str
    gone: threading.Event  # its client does not wait any more
    break_after: int | None = None  # rows, of a stream that is to break
    break_status: Any = None


@dataclass(frozen=True)
class Method:
    path: str
    request: Any
    streams: bool
    operations: Callable[[Pb], int]  # what it costs of the quota
    do: Callable[["GoogleAds", Asked, Fault | None], list[Pb]]


def _mutate(platform: "GoogleAds", asked: Asked, fault: Fault | None) -> list[Pb]:
    return [mutate(platform.customer_of(asked.request.customer_id), asked.request, asked.request_id, fault)]


def _search(platform: "GoogleAds", asked: Asked, fault: Fault | None) -> list[Pb]:  # noqa: ARG001
    return [search(platform.customer_of(asked.request.customer_id), asked.request)]


def _search_stream(platform: "GoogleAds", asked: Asked, fault: Fault | None) -> list[Pb]:  # noqa: ARG001
    return search_stream(platform.customer_of(asked.request.customer_id), asked.request, asked.request_id)


def _accessible(platform: "GoogleAds", asked: Asked, fault: Fault | None) -> list[Pb]:  # noqa: ARG001
    return [
        ListAccessibleCustomersResponse.pb()(resource_names=[one.resource_name for one in platform.customers])
    ]


METHODS = {
    method.path: method
    for method in (
        Method(
            "GoogleAdsService/Mutate",
            MutateGoogleAdsRequest.pb(),
            streams=False,
            operations=lambda request: len(request.mutate_operations),
            do=_mutate,
        ),
        Method(
            "GoogleAdsService/Search",
            SearchGoogleAdsRequest.pb(),
            streams=False,
            operations=lambda request: 0 if request.page_token else 1,
            do=_search,
        ),
        Method(
            "GoogleAdsService/SearchStream",
            SearchGoogleAdsStreamRequest.pb(),
            streams=True,
            operations=lambda request: 1,  # noqa: ARG005
            do=_search_stream,
        ),
        Method(
            "CustomerService/ListAccessibleCustomers",
            ListAccessibleCustomersRequest.pb(),
            streams=False,
            operations=lambda request: 1,  # noqa: ARG005
            do=_accessible,
        ),
    )
}


class Wire:
    """What grpc asks for the handler of a call."""

    def __init__(self, platform: "GoogleAds") -> None:
        self._platform = platform

    def service(self, details: Any) -> Any:
        path = details.method.removeprefix(SERVICES)
        method = METHODS.get(path)
        if method is None:
            self._platform.unknown(path)
            return None
        make = grpc.unary_stream_rpc_method_handler if method.streams else grpc.unary_unary_rpc_method_handler
        answer = self._stream if method.streams else self._single
        return make(
            lambda request, context: answer(method, request, context),
            method.request.FromString,
            lambda message: message.SerializeToString(),
        )

    def _single(self, method: Method, request: Pb, context: Any) -> Pb:
        return self._answers(method, _asked(request, context), context)[0]

    def _stream(self, method: Method, request: Pb, context: Any) -> Iterator[Pb]:
        asked = _asked(request, context)
        answers = self._answers(method, asked, context)
        if asked.break_after is None:
            yield from answers
            return
        yield from shortened(answers, asked.break_after)
        context.abort(asked.break_status, "The stream broke.")

    def _answers(self, method: Method, asked: Asked, context: Any) -> list[Pb]:
        call, outcome = self._platform.perform(method, asked)
        if outcome is None:
            context.abort(grpc.StatusCode.UNAVAILABLE, "Socket closed")
        # It is done, though its client may be gone: to such a one nothing can be sent.
        call.status = outcome.code.value[0] if isinstance(outcome, Refusal) else 0
        context.send_initial_metadata((("request-id", asked.request_id),))
        if isinstance(outcome, Refusal):
            trailing: list[tuple[str, Any]] = [("request-id", asked.request_id)]
            if outcome.errors:
                written = failure(outcome.errors, asked.request_id)
                trailing.append((FAILURE_KEY, written.SerializeToString()))
            context.set_trailing_metadata(tuple(trailing))
            context.abort(outcome.code, outcome.message)
        context.set_trailing_metadata((("request-id", asked.request_id),))
        assert isinstance(outcome, list)
        return outcome


def _asked(request: Pb, context: Any) -> Asked:
    gone = threading.Event()
    if not context.add_callback(gone.set):
        gone.set()
    return Asked(request, dict(context.invocation_metadata()), token_urlsafe(16), gone)


def perform(platform: "GoogleAds", method: Method, asked: Asked) -> tuple[Call, list[Pb] | Refusal | None]:
    """Through the scripted faults of the world; nothing is the outcome of a call that is lost."""

    def deed(fault: Fault | None) -> list[Pb] | Refusal | None:
        if fault is not None and fault.kind == "hung":
            _hang(platform, method, asked, fault)
            return None
        if fault is not None and fault.kind == "stream_break":
            asked.break_after = fault.details["rows"]
            asked.break_status = grpc.StatusCode[fault.details["status"]]
        return _do(platform, method, asked, fault)

    return platform.world.undergo(
        GRPC_METHOD, method.path, described(method, asked.request), deed, false_answer
    )


def _hang(platform: "GoogleAds", method: Method, asked: Asked, fault: Fault) -> None:
    if fault.details["after_commit"]:
        _do(platform, method, asked, None)
    asked.gone.wait()


def _do(platform: "GoogleAds", method: Method, asked: Asked, fault: Fault | None) -> list[Pb] | Refusal:
    with platform.world.lock:
        try:
            platform.admit(asked.metadata)
            if method.path != "CustomerService/ListAccessibleCustomers":
                platform.check_customer(asked.request.customer_id, changes=method.do is _mutate)
            platform.quota.charge(method.operations(asked.request))
            return method.do(platform, asked, fault)
        except Refusal as refused:
            _log(method, refused)
            return refused


def _log(method: Method, refused: Refusal) -> None:
    shown = [f"{one.category} {one.name}: {one.message}" for one in refused.errors[:MOST_LOGGED]]
    more = len(refused.errors) - len(shown)
    LOG.warning("refused %s: %s%s", method.path, "; ".join(shown), f"; and {more} more" if more else "")


def described(method: Method, request: Pb) -> dict[str, str]:
    """A call in a few words."""
    if method.path == "CustomerService/ListAccessibleCustomers":
        return {}
    told = {"customer_id": request.customer_id}
    if method.do is not _mutate:
        return told | {"query": request.query}
    operations, statuses = [], []
    for operation in request.mutate_operations:
        kind, action = operation_of(operation)
        operations.append(f"{kind.name}.{action}" if kind else str(operation.WhichOneof("operation")))
        if kind and action in {"create", "update"}:
            statuses += _status(kind, action, getattr(operation, kind.operation))
    return told | {
        "operations": " ".join(operations),
        "statuses": " ".join(statuses),
        "partial_failure": str(request.partial_failure).lower(),
        "validate_only": str(request.validate_only).lower(),
    }


def _status(kind: Kind, action: str, inner: Pb) -> list[str]:
    """`campaign.update:PAUSED:customers/1/campaigns/2`, where the operation decides on a status."""
    if action == "update" and "status" not in mask_paths(inner.update_mask):
        return []
    resource = getattr(inner, action)
    return [f"{kind.name}.{action}:{enum_name(resource, 'status')}:{resource.resource_name}"]


def digits(customer_id: str) -> None:
    if not (customer_id.isdigit() and len(customer_id) == ID_LENGTH):
        said = f"'{customer_id}' is no customer id: ten digits, without hyphens."
        raise refusal("request_error", "INVALID_CUSTOMER_ID", said, "customer_id")
