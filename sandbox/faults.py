"""Scripted faults: the next N calls that match go wrong in a named way."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


class FaultError(ValueError):
    """The script of a fault makes no sense."""


# What each kind may be told, with its default. `after_commit` does the call first and then misreports it.
REPLIES: dict[str, dict[str, Any]] = {
    "graph_error": {
        "code": 1,
        "subcode": None,
        "http_status": 500,
        "message": "An unknown error occurred",
        "is_transient": True,
        "after_commit": False,
    },
    "throttle": {
        "code": 17,
        "subcode": 2446079,
        "http_status": 400,
        "message": "User request limit reached",
        "minutes": 1,
    },
    "revoked_token": {"subcode": 460},
    "html_502": {"after_commit": False},
    "plain_500": {"after_commit": False},
    "json_without_error_500": {"after_commit": False},
    "empty_200": {"after_commit": False},
    "non_json_200": {"after_commit": False},
}
CONNECTION: dict[str, dict[str, Any]] = {
    "drop_before_commit": {},
    "drop_after_commit": {},
    "late_commit": {"seconds": 0},
    "delay": {"seconds": 1.0, "after_commit": False},
    "hold": {"after_commit": False},
}
PAGES: dict[str, dict[str, Any]] = {"empty_middle_page": {}, "cursor_loop": {}, "repeated_row": {}}
EFFECTS: dict[str, dict[str, Any]] = {
    "index_lag": {"seconds": 60},
    "disapprove": {"reason": "Discriminatory practices", "text": "This ad does not follow our policy."},
    "with_issues": {"code": 2909035, "summary": "Ad set has issues", "message": "Audience is not allowed."},
    "read_back_differs": {"field": None, "value": None},
    "unknown_field": {"field": "attention_index", "value": "1"},
    "truncated_job": {},
    "async_failed": {"code": -2, "subcode": 2490547},
    "async_skipped": {},
    "async_stuck": {},
}
# Of Google Ads alone. The first ones replace the answer.
GRPC_REPLIES: dict[str, dict[str, Any]] = {
    "google_ads_error": {
        "category": "internal_error",
        "name": "INTERNAL_ERROR",
        "status": None,
        "message": None,
        "operation_index": None,
        "after_commit": False,
    },
    "quota": {
        "name": "RESOURCE_TEMPORARILY_EXHAUSTED",
        "seconds": 30,
        "rate_name": None,
        "rate_scope": "DEVELOPER",
    },
    "grpc_status": {"status": "UNAVAILABLE", "message": "", "after_commit": False},
    "concurrent_modification": {},
}
GRPC = GRPC_REPLIES | {
    "policy_finding": {"topic": "PUNCTUATION_AND_SYMBOLS", "type": "PROHIBITED"},
    "stream_break": {"rows": 0, "status": "UNAVAILABLE"},
    "hung": {"after_commit": False},
}
TOKEN: dict[str, dict[str, Any]] = {"token_error": {"error": "invalid_grant", "http_status": 400}}
# Of Gemini alone. Why an answer ended, or how it was spoiled.
GEMINI_FINISH = (
    *("SAFETY", "RECITATION", "MAX_TOKENS", "OTHER", "SOME_NEW_REASON", "BLOCKED_PROMPT", "NO_CANDIDATES"),
    *("TRUNCATED", "FENCES", "MALFORMED", "WRONG_SHAPE", "EMPTY"),
)
GEMINI: dict[str, dict[str, Any]] = {
    "gemini_error": {"status": "UNAVAILABLE", "message": None, "reason": None, "retry_seconds": None},
    "gemini_finish": {"reason": "SAFETY"},
    "obey_attacker": {},
}
KINDS = REPLIES | CONNECTION | PAGES | EFFECTS | GRPC | TOKEN | GEMINI
# Which faults the calls of Google Ads and its token endpoint can suffer; Meta's the others.
OF_GRPC = {*GRPC, *CONNECTION, "revoked_token", "disapprove", "index_lag", "read_back_differs"}
OF_TOKEN = {*TOKEN, *CONNECTION, *REPLIES} - {"graph_error", "throttle"}
OF_GEMINI = {*GEMINI, *CONNECTION, *REPLIES} - {"graph_error", "throttle", "revoked_token"}
OF_META = set(KINDS) - {*GRPC, *TOKEN, *GEMINI}
GRPC_METHOD = "GRPC"  # what a call of gRPC has for a method
OAUTH_PATH = "token"
SCRIPT_KEYS = {"method", "path", "times", "skip", "kind"}


@dataclass
class Fault:
    kind: str
    method: str
    path: str
    left: int
    skip: int = 0
    details: dict[str, Any] = field(default_factory=dict)

    def matches(self, method: str, path: str, params: Mapping[str, str]) -> bool:
        if self.left <= 0 or self.method not in ("", method) or not re.search(self.path, path):
            return False
        if self.kind not in _kinds_of(method, path):
            return False
        # A page can only be spoiled in the middle of a listing, where there is a page before it.
        return self.kind not in PAGES or "after" in params

    def shown(self) -> dict[str, Any]:
        script = {"kind": self.kind, "method": self.method, "path": self.path}
        return script | {"left": self.left, "skip": self.skip} | self.details


class Faults:
    def __init__(self) -> None:
        self._script: list[Fault] = []

    def add(self, script: Mapping[str, Any], check: Callable[[Fault], None] | None = None) -> dict[str, Any]:
        """`check` knows more of some kinds than this module does."""
        fault = _checked(script)
        if check is not None:
            check(fault)
        self._script.append(fault)
        return fault.shown()

    def take(self, method: str, path: str, params: Mapping[str, str]) -> Fault | None:
        for fault in self._script:
            if not fault.matches(method, path, params):
                continue
            if fault.skip:
                fault.skip -= 1
                continue
            fault.left -= 1
            return fault
        return None

    def left(self) -> list[dict[str, Any]]:
        return [fault.shown() for fault in self._script if fault.left > 0]

    def clear(self) -> None:
        self._script.clear()


def _kinds_of(method: str, path: str) -> set[str]:
    if method == GRPC_METHOD:
        return OF_GRPC
    if path.startswith("models/"):
        return OF_GEMINI
    return OF_TOKEN if path == OAUTH_PATH else OF_META


def _checked(script: Mapping[str, Any]) -> Fault:
    kind = script.get("kind")
    if kind not in KINDS:
        raise FaultError(f"unknown kind {kind!r}; the kinds are {', '.join(sorted(KINDS))}")
    unknown = set(script) - SCRIPT_KEYS - set(KINDS[kind])
    if unknown:
        allowed = ", ".join(sorted(SCRIPT_KEYS | set(KINDS[kind])))
        raise FaultError(f"{kind} does not know {', '.join(sorted(unknown))}; it knows {allowed}")
    path = script.get("path", "")
    times, skip = _whole(script, "times", 1), _whole(script, "skip", 0)
    try:
        re.compile(path)
    except (re.error, TypeError) as problem:
        raise FaultError(f"path {path!r} is no regular expression: {problem}") from problem
    details = {name: script.get(name, default) for name, default in KINDS[kind].items()}
    if kind == "gemini_finish" and details["reason"] not in GEMINI_FINISH:
        raise FaultError(f"gemini_finish has the reasons {', '.join(GEMINI_FINISH)}")
    if kind == "read_back_differs" and None in details.values():
        raise FaultError("read_back_differs needs the field and the value to be read back")
    return Fault(kind, str(script.get("method", "")).upper(), path, times, skip, details)


def _whole(script: Mapping[str, Any], name: str, least: int) -> int:
    given = script.get(name, least)
    if not isinstance(given, int) or isinstance(given, bool) or given < least:
        raise FaultError(f"{name} must be a whole number of at least {least}, not {given!r}")
    return given
