"""Graph over HTTP: version, token, reply; and batches of the same."""

import hmac
import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from sandbox.meta.errors import BAD_PROOF, BAD_TOKEN, DEPRECATED_VERSION, GraphError, bad_parameter
from sandbox.meta.exchange import EXCHANGE, exchange
from sandbox.meta.routes import route
from sandbox.meta.state import Account
from sandbox.meta.throttle import Meter
from sandbox.web import Reply, Request, decode_form, json_reply

VERSION = "v26.0"
MOST_IN_A_BATCH = 50
REMOVED_PARAMETERS = ("date_format", "pretty", "debug", "ids")
ACCESS_PARAMETERS = ("access_token", "appsecret_proof")
LOG = logging.getLogger("sandbox.meta")


class Graph:
    def __init__(self, accounts: Sequence[Account]) -> None:
        self.account, self._accounts = accounts[0], accounts
        self._meters = {account.id: Meter(account) for account in accounts}
        self._traces = 0

    def set_tier(self, name: str) -> None:
        for meter in self._meters.values():
            meter.set_tier(name)

    def answer(self, request: Request) -> Reply:
        """The reply to anything but a batch."""
        try:
            self._check_version(request)
            if request.path == EXCHANGE:
                return json_reply(exchange(self.account, request), headers=self._headers(request))
            self._check(request)
            self._meter(request).charge(request.method, request.path)
            return json_reply(route(self._whose(request), _inside(request)), headers=self._headers(request))
        except GraphError as error:
            return self.refuse(request, error)

    def answer_batch(self, request: Request, perform: Callable[[Request], Reply | None]) -> Reply:
        """Each item is performed as if it had come alone; one without a reply becomes `null`."""
        try:
            self._check(request)
            items = _batch_items(request)
        except GraphError as error:
            return self.refuse(request, error)
        replies = [perform(_item_request(request, item)) for item in items]
        return json_reply([_item_reply(reply) for reply in replies], headers=self._headers(request))

    def refuse(self, request: Request, error: GraphError, *, minutes: int | None = None) -> Reply:
        blamed = f", {', '.join(error.blame)}" if error.blame else ""
        subcode = f"/{error.subcode}" if error.subcode else ""
        told = error.user_message or error.message
        LOG.warning(
            "refused %s /%s: %s%s %s%s", request.method, request.path, error.code, subcode, told, blamed
        )
        headers = self._headers(request, minutes=minutes)
        headers["WWW-Authenticate"] = f'OAuth "Facebook Platform" "invalid_request" "{error.code}"'
        return json_reply(error.payload(headers["X-FB-Trace-ID"]), error.status, headers)

    def _headers(self, request: Request, *, minutes: int | None = None) -> dict[str, str]:
        self._traces += 1
        trace = sha256(str(self._traces).encode()).hexdigest()[:22]
        told = {"facebook-api-version": VERSION, "X-FB-Trace-ID": f"A{trace}"}
        return told | self._meter(request).headers(request.path, minutes=minutes)

    def _whose(self, request: Request) -> Account:
        """The account that is asked, by its own id or one of something in it."""
        head = request.path.partition("/")[0]
        asked = (one for one in self._accounts if one.id == head or one.find(head) is not None)
        return next(asked, self.account)

    def _meter(self, request: Request) -> Meter:
        return self._meters[self._whose(request).id]

    def _check_version(self, request: Request) -> None:
        if request.version != VERSION:
            raise GraphError(
                f"(#{DEPRECATED_VERSION}) You are calling a deprecated version of the Ads API. "
                f"Please update to the latest version: {VERSION}.",
                code=DEPRECATED_VERSION,
            )

    def _check(self, request: Request) -> None:
        self._check_version(request)
        token = request.params.get("access_token") or request.bearer
        if token != self.account.access_token:
            raise GraphError("Invalid OAuth access token - Cannot parse access token", code=BAD_TOKEN)
        if self.account.app_secret is not None:
            expected = hmac.new(self.account.app_secret.encode(), token.encode(), sha256).hexdigest()
            if not hmac.compare_digest(request.params.get("appsecret_proof", "").encode(), expected.encode()):
                raise GraphError("Invalid appsecret_proof provided in the API argument", code=BAD_PROOF)
        for name in REMOVED_PARAMETERS:
            if name in request.params:
                raise bad_parameter(f"The parameter {name} is not available since {VERSION}", name)


def _inside(request: Request) -> Request:
    """Without what only opens the door. `method` in a POST names the method that is meant."""
    params = {name: value for name, value in request.params.items() if name not in ACCESS_PARAMETERS}
    method = params.pop("method", request.method).upper() if request.method == "POST" else request.method
    links = {name: request.params[name] for name in ACCESS_PARAMETERS if name in request.params}
    return replace(request, method=method, params=params, link_params=links)


def _batch_items(request: Request) -> list[dict[str, Any]]:
    try:
        items = json.loads(request.params.get("batch", ""))
    except ValueError:
        items = None
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise bad_parameter("Param batch must be an array.", "batch")
    if len(items) > MOST_IN_A_BATCH:
        raise GraphError(f"Too many requests in batch message. Maximum batch size is {MOST_IN_A_BATCH}")
    for item in items:
        if not {"method", "relative_url"} <= item.keys():
            raise bad_parameter("Each batch item needs method and relative_url.", "batch")
    return items


def _item_request(outer: Request, item: dict[str, Any]) -> Request:
    address = urlsplit(str(item["relative_url"]))
    path = address.path.strip("/").removeprefix(f"{VERSION}/")
    access = {name: outer.params[name] for name in ACCESS_PARAMETERS if name in outer.params}
    files = {
        name: outer.files[name] for name in item.get("attached_files", "").split(",") if name in outer.files
    }
    return replace(
        outer,
        method=str(item["method"]).upper(),
        path=path,
        params=access | decode_form(address.query) | decode_form(str(item.get("body", ""))),
        files=files,
        in_batch=True,
        fault=None,
    )


def _item_reply(reply: Reply | None) -> dict[str, Any] | None:
    if reply is None:
        return None
    headers = [{"name": name, "value": value} for name, value in reply.headers.items()]
    headers.append({"name": "Content-Type", "value": reply.content_type})
    return {"code": int(reply.status), "headers": headers, "body": reply.body.decode()}
