"""The one seam to Google Ads: the SDK's client on a channel of ours, governed, its failures made ours.

Left to itself the SDK has no timeout, opens a channel for every service object, logs the body of what fails,
and raises one of three families of exceptions by gRPC status, none of which can be pickled. Here is one
service and one channel for all threads, and every failure is read from the trailing metadata.
"""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlsplit

import grpc
from google.ads.googleads.interceptors import MetadataInterceptor
from google.ads.googleads.v26.errors.types.errors import GoogleAdsFailure
from google.ads.googleads.v26.services.services.google_ads_service import GoogleAdsServiceClient
from google.ads.googleads.v26.services.services.google_ads_service.transports.grpc import (
    GoogleAdsServiceGrpcTransport,
)
from google.ads.googleads.v26.services.types.google_ads_service import (
    MutateGoogleAdsRequest,
    MutateOperation,
    SearchGoogleAdsStreamRequest,
    SearchGoogleAdsStreamResponse,
)
from google.api_core.exceptions import GoogleAPICallError
from google.protobuf.json_format import ParseDict
from google.protobuf.message import DecodeError

from adflux_core import calls
from adflux_core.advertising import Allowance, Governor, Usage
from adflux_core.errors import ConfigurationError, CredentialsError, PlatformError
from adflux_core.platforms.google_ads.credentials import Access, Token
from adflux_core.platforms.google_ads.errors import Told, classify, rest_after, told_by
from adflux_core.settings import LOOPBACK

API_VERSION = "v26"  # in the imports above, too: importing a version by name costs all of it
FAILURE = f"google.ads.googleads.{API_VERSION}.errors.googleadsfailure-bin"
EXPIRED = "authentication_error.OAUTH_TOKEN_EXPIRED"
TIMEOUT = 60.0  # seconds for a mutate
STREAM_TIMEOUT = 300.0  # for all rows of a query
OPTIONS = [("grpc.max_metadata_size", 16 * 2**20), ("grpc.max_receive_message_length", 64 * 2**20)]
# Google meters requests and operations a minute by a bucket it does not describe and says when it is empty.
# This is what we never go beyond in five minutes: some fifty campaigns.
ALLOWANCE = Allowance(points=2_000, hourly_calls=20_000)

# Its lesser levels write down what is sent and received.
logging.getLogger("google.ads").setLevel(logging.WARNING)

BATCH = SearchGoogleAdsStreamResponse.pb()  # what a query is answered with, many times
REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")  # of this thread's last call

T = TypeVar("T")


class _Transport(GoogleAdsServiceGrpcTransport):  # type: ignore[misc]  # the SDK is untyped
    """The SDK's own, but for the batches of a stream, which come as they are: see `columns`."""

    @cached_property
    def search_stream(self) -> Callable[..., Any]:
        stub: Callable[..., Any] = self.grpc_channel.unary_stream(
            f"/google.ads.googleads.{API_VERSION}.services.GoogleAdsService/SearchStream",
            request_serializer=SearchGoogleAdsStreamRequest.serialize,
        )
        return stub


class _Listening(grpc.UnaryUnaryClientInterceptor, grpc.UnaryStreamClientInterceptor):  # type: ignore[misc]
    """Hears the number that Google gave the call: the SDK hands on what was answered and nothing beside."""

    def intercept_unary_unary(self, go_on: Callable[..., Any], details: Any, request: Any) -> Any:
        return _heard(go_on(details, request))

    def intercept_unary_stream(self, go_on: Callable[..., Any], details: Any, request: Any) -> Any:
        return _heard(go_on(details, request))


def _heard(call: Any) -> Any:
    REQUEST_ID.set(str(dict(call.initial_metadata() or ()).get("request-id") or ""))
    return call


class Connection(NamedTuple):
    """A service and the token its channel sends; safe for all threads."""

    service: GoogleAdsServiceClient
    token: Token


class Rows(NamedTuple):
    """Every row of a query, as raw messages: their attributes are read twelve times faster."""

    rows: list[Any]
    batches: int
    request_id: str


@lru_cache(maxsize=4)
def connect(access: Access) -> Connection:
    """One for all threads: a channel costs a handshake, and an object of the SDK a channel."""
    token = Token(access)
    local = urlsplit(f"//{access.endpoint}").hostname in LOOPBACK
    channel = GoogleAdsServiceGrpcTransport.create_channel(
        host=access.endpoint,
        credentials=token.credentials,
        ssl_credentials=grpc.ssl_channel_credentials(_certificates(access.ca_file)),
        # gRPC takes the proxy of the environment even for this machine.
        options=[*OPTIONS, ("grpc.enable_http_proxy", 0)] if local else OPTIONS,
    )
    headers = MetadataInterceptor(access.developer_token or None, access.login_customer_id or None)
    transport = _Transport(channel=grpc.intercept_channel(channel, headers, _Listening()))
    # The client's classes, a hundred thousand objects, stay as long as the process does. Looked at again by
    # each garbage collection, they would cost whoever reads many rows half the time.
    gc.freeze()
    return Connection(GoogleAdsServiceClient(transport=transport), token)


def _certificates(ca_file: str) -> bytes | None:
    try:
        return Path(ca_file).read_bytes() if ca_file else None
    except OSError as failure:
        raise ConfigurationError(f"GOOGLE_ADS_CA_FILE cannot be read: {failure.strerror}") from None


class Client:
    """Queries and mutates of one account; none is retried, and none leaves before the governor has room."""

    def __init__(self, connection: Connection, governor: Governor, customer_id: str) -> None:
        self._connection = connection
        self._governor = governor
        self._customer_id = customer_id

    def query(self, gaql: str) -> Rows:
        """All rows or none: a stream that breaks gives nothing. One operation, whatever its size."""
        rows: list[Any] = []
        batches, request_id = 0, ""
        for encoded in self.stream(gaql):
            batch = BATCH.FromString(encoded)
            rows += batch.results
            batches, request_id = batches + 1, batch.request_id
        return Rows(rows, batches, request_id)

    def stream(self, gaql: str) -> Iterator[bytes]:
        """The same answer batch by batch, encoded. It is only whole when it has ended."""

        def send() -> Iterator[bytes]:
            answer: Iterator[bytes] = self._connection.service.search_stream(
                customer_id=self._customer_id, query=gaql, timeout=STREAM_TIMEOUT, retry=None
            )
            return answer

        batches = self._sent(send, operations=1, writing=False)
        while True:
            try:
                batch = next(batches, None)
            except GoogleAPICallError as failure:
                raise _ours(failure, writing=False) from None
            if batch is None:
                return
            yield batch

    def mutate(
        self, operations: Sequence[Mapping[str, Any]], *, validate_only: bool = False
    ) -> list[tuple[str, str]]:
        """All of the operations or none; of each result its kind and resource name, in their order."""
        request = MutateGoogleAdsRequest(
            customer_id=self._customer_id, partial_failure=False, validate_only=validate_only
        )
        empty = MutateOperation.pb()
        type(request).pb(request).mutate_operations.extend(ParseDict(one, empty()) for one in operations)

        def send() -> list[tuple[str, str]]:
            reply = self._connection.service.mutate(request=request, timeout=TIMEOUT, retry=None)
            return [_made(one) for one in type(reply).pb(reply).mutate_operation_responses]

        return self._sent(send, operations=len(operations), writing=True)

    def _sent(self, send: Callable[[], T], *, operations: int, writing: bool) -> T:
        """Once; a second time only when the token had expired, since then nothing was looked at."""
        try:
            return self._sent_once(send, operations=operations, writing=writing)
        except CredentialsError as error:
            if error.code != EXPIRED:
                raise
        self._connection.token.renew(anew=True)
        return self._sent_once(send, operations=operations, writing=writing)

    def _sent_once(self, send: Callable[[], T], *, operations: int, writing: bool) -> T:
        self._connection.token.renew()
        room = self._governor.ask(self._customer_id, operations, writing=writing)
        rest = 0.0
        what = f"mutate of {operations}" if writing else "search"
        try:
            with calls.call("google_ads", self._customer_id, what) as called:
                try:
                    answer = send()
                except GoogleAPICallError as failure:
                    error = _ours(failure, writing=writing)
                    rest = rest_after(error)
                    raise error from None
                called.request_id = REQUEST_ID.get()
                return answer
        finally:
            self._governor.note(self._customer_id, room, Usage(allowance=ALLOWANCE, blocked_for=rest))


def _made(response: Any) -> tuple[str, str]:
    kind = response.WhichOneof("response")
    return (kind.removesuffix("_result"), getattr(response, kind).resource_name) if kind else ("", "")


def _ours(failure: GoogleAPICallError, *, writing: bool) -> PlatformError:
    call = failure.response or (failure.errors[0] if failure.errors else None)
    trailers = dict(_trailers(call))
    status = failure.grpc_status_code.name if failure.grpc_status_code else "UNKNOWN"
    return classify(
        _told(trailers.get(FAILURE)),
        status=status,
        details=failure.message or "",
        writing=writing,
        request_id=str(trailers.get("request-id") or ""),
    )


def _trailers(call: Any) -> Iterator[tuple[str, Any]]:
    for one in (call.trailing_metadata() or ()) if isinstance(call, grpc.Call) else ():
        yield one[0], one[1]


def _told(failure: bytes | None) -> list[Told]:
    try:
        return told_by(GoogleAdsFailure.pb(GoogleAdsFailure.deserialize(failure))) if failure else []
    except DecodeError:
        return []
