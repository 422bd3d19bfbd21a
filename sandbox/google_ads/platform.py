"""Google Ads in a world: one server, one customer, who may come in, and what the world does to it."""

import logging
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import grpc

from sandbox.applicants import AdDay
from sandbox.calls import Call
from sandbox.faults import GRPC_METHOD, Fault
from sandbox.google_ads import certificates, delivery, misbehaviour, referee, wire
from sandbox.google_ads.access import Access
from sandbox.google_ads.errors import AdsError, Refusal, refusal
from sandbox.google_ads.kinds import Pb
from sandbox.google_ads.quota import Quota
from sandbox.google_ads.state import Customer
from sandbox.web import Reply

if TYPE_CHECKING:
    from sandbox.server import Sandbox

HOST = "127.0.0.1"
AT_ONCE = 64  # calls; held ones count
MEGABYTE = 1024 * 1024
OPTIONS = (
    ("grpc.max_metadata_size", 16 * MEGABYTE),
    ("grpc.max_receive_message_length", 64 * MEGABYTE),
    ("grpc.max_send_message_length", 64 * MEGABYTE),
    ("grpc.so_reuseport", 0),
)
STATUSES = ("ENABLED", "SUSPENDED", "CANCELED", "CLOSED")
SWITCHES = (
    "hec_agreement_required",
    "eu_declaration_required",
    "refresh_token_revoked",
    "expire_access_tokens",
)
LOG = logging.getLogger("sandbox.google_ads")


class GoogleAds:
    def __init__(self, world: "Sandbox", currency: str, seed: int, accounts: int) -> None:
        self.world = world
        self.customers = [Customer(world.clock, currency, seed, place) for place in range(accounts)]
        self.customer = self.customers[0]
        self.access = Access(seed)
        self.quota = Quota(world.clock)
        self._folder = TemporaryDirectory(prefix="adflux-sandbox-")
        self.ca_file = certificates.write_authority(Path(self._folder.name))
        self._workers = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="google-ads")
        self._server = grpc.server(self._workers, options=OPTIONS)
        self._server.add_generic_rpc_handlers((wire.Wire(self),))
        credentials = grpc.ssl_server_credentials([certificates.key_and_chain()])
        self._port = self._server.add_secure_port(f"{HOST}:0", credentials)
        self._service_account: Path | None = None

    @property
    def endpoint(self) -> str:
        return f"{certificates.NAME}:{self._port}"

    def service_account_file(self, token_uri: str) -> Path:
        if self._service_account is None:
            self._service_account = self.access.write_service_account(Path(self._folder.name), token_uri)
        return self._service_account

    def start(self) -> None:
        self._server.start()

    def stop(self) -> None:
        self._server.stop(None).wait()
        self._workers.shutdown()
        self._folder.cleanup()

    # Calls.

    def perform(self, method: wire.Method, asked: wire.Asked) -> tuple[Call, list[Pb] | Refusal | None]:
        return wire.perform(self, method, asked)

    def unknown(self, path: str) -> None:
        LOG.warning("refused %s: this sandbox does not serve it", path)
        with self.world.lock:
            call = self.world.calls.begin(GRPC_METHOD, path, {}, in_batch=False)
        call.status = grpc.StatusCode.UNIMPLEMENTED.value[0]

    def admit(self, metadata: Mapping[str, str]) -> None:
        """Raises Refusal for who is not known."""
        scheme, _, bearer = metadata.get("authorization", "").partition(" ")
        if scheme != "Bearer" or not bearer:
            said = "Request is missing required authentication credential."
            raise refusal("authentication_error", "OAUTH_TOKEN_HEADER_INVALID", said)
        objection = self.access.objection(bearer)
        if objection:
            raise refusal("authentication_error", objection, "The OAuth token opens nothing.")
        login = metadata.get("login-customer-id")
        if login is None:
            return
        if not (login.isdigit() and len(login) == wire.ID_LENGTH):
            said = "The login-customer-id must be ten digits."
            raise refusal("header_error", "INVALID_LOGIN_CUSTOMER_ID", said)
        if login not in (self.customer.manager_id, *(one.id for one in self.customers)):
            raise _denied()

    def check_customer(self, customer_id: str, *, changes: bool) -> None:
        wire.digits(customer_id)
        if customer_id not in (one.id for one in self.customers):
            raise _denied()
        customer = self.customer_of(customer_id)
        if customer.status in ("CANCELED", "CLOSED"):
            said = "The customer account is not yet enabled or has been deactivated."
            raise refusal("authorization_error", "CUSTOMER_NOT_ENABLED", said)
        if customer.status == "SUSPENDED" and changes:
            said = "The action is not permitted for a suspended account."
            raise refusal("authorization_error", "ACTION_NOT_PERMITTED_FOR_SUSPENDED_ACCOUNT", said)

    def customer_of(self, customer_id: str) -> Customer:
        (found,) = (one for one in self.customers if one.id == customer_id)
        return found

    def false_token(self, fault: Fault) -> Reply:
        return misbehaviour.false_token(fault)

    # What the world does to it.

    def let_time_pass(self, before: datetime, now: datetime) -> None:
        for customer in self.customers:
            delivery.let_time_pass(customer, before, now)

    def add_truth(self, told: dict[str, Any], since: date, until: date) -> None:
        """Its rows after those of the platforms before it."""
        for customer in self.customers:
            reported, settled = referee.truth(customer, since, until)
            told["reported"] += reported
            told["settled"] += settled

    def ad_days(self) -> Iterator[AdDay]:
        return chain.from_iterable(map(referee.ad_days, self.customers))

    def objects(self) -> list[dict[str, Any]]:
        return [one for customer in self.customers for one in referee.objects(customer)]

    def check_fault(self, fault: Fault) -> None:
        misbehaviour.check_script(fault)

    def state(self) -> dict[str, Any]:
        return {
            "customer_id": self.customer.id,
            "login_customer_id": self.customer.manager_id,
            "customer_status": self.customer.status,
            "hec_agreement_required": self.customer.hec_agreement_required,
            "eu_declaration_required": self.customer.eu_declaration_required,
            "refresh_token_revoked": self.access.revoked,
            "operations_per_day": self.quota.per_day,
            "operations_used": self.quota.used,
        }

    def change(self, given: Mapping[str, Any]) -> dict[str, Any]:
        for name in SWITCHES:
            if not isinstance(given.get(name, False), bool):
                raise TypeError(f"{name} must be true or false, not {given[name]!r}")
        if given.get("customer_status", "ENABLED") not in STATUSES:
            raise ValueError(f"customer_status must be one of {', '.join(STATUSES)}")
        self.customer.status = given.get("customer_status", self.customer.status)
        self.customer.hec_agreement_required = given.get(
            "hec_agreement_required", self.customer.hec_agreement_required
        )
        self.customer.eu_declaration_required = given.get(
            "eu_declaration_required", self.customer.eu_declaration_required
        )
        self.access.revoked = given.get("refresh_token_revoked", self.access.revoked)
        if given.get("expire_access_tokens"):
            self.access.expire_tokens()
        self.quota.per_day = int(given.get("operations_per_day", self.quota.per_day))
        return self.state()


def _denied() -> Refusal:
    said = "User doesn't have permission to access customer. Note: if you're accessing a client customer, "
    said += "the manager's customer id must be set in the 'login-customer-id' header."
    return Refusal([AdsError("authorization_error", "USER_PERMISSION_DENIED", said)])
