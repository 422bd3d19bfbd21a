"""One request and one reply, whatever carried them."""

import json
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import parse_qsl

from sandbox.faults import Fault


@dataclass(frozen=True)
class Request:
    method: str
    path: str  # without the leading slash and without the version
    version: str
    params: dict[str, str]
    base_url: str
    bearer: str | None = None
    basic: str | None = None  # name:password, in base64 as it came
    api_key: str | None = None
    body: bytes = b""
    files: dict[str, bytes] = field(default_factory=dict)
    in_batch: bool = False
    link_params: dict[str, str] = field(default_factory=dict)  # what `paging.next` repeats besides `params`
    fault: Fault | None = None

    def under(self, fault: Fault) -> Self:
        return replace(self, fault=fault)

    def suffers(self, kind: str) -> Fault | None:
        """The scripted fault on this request if it is of that kind."""
        return self.fault if self.fault is not None and self.fault.kind == kind else None


@dataclass(frozen=True)
class Reply:
    status: int
    body: bytes
    content_type: str = "application/json; charset=UTF-8"
    headers: dict[str, str] = field(default_factory=dict)


def json_reply(payload: Any, status: int = HTTPStatus.OK, headers: dict[str, str] | None = None) -> Reply:
    return Reply(status, json.dumps(payload, separators=(",", ":")).encode(), headers=headers or {})


def decode_form(text: str) -> dict[str, str]:
    return dict(parse_qsl(text, keep_blank_values=True))
