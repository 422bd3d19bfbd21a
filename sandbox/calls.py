"""What came over the wire, so that a test can count it."""

from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

KEPT = 10_000
LONGEST_VALUE = 20_000
SECRET_PARAMETERS = frozenset(
    {
        "access_token",
        "appsecret_proof",
        "refresh_token",
        "client_secret",
        "assertion",
        "fb_exchange_token",
        "code",
        "code_verifier",
    }
)


@dataclass
class Call:
    index: int
    method: str
    path: str
    params: dict[str, str]
    in_batch: bool
    status: int | None = None  # none: the connection was closed without a reply
    fault: str | None = None


class Calls:
    def __init__(self) -> None:
        self._kept: deque[Call] = deque(maxlen=KEPT)
        self._next = 0

    def begin(self, method: str, path: str, params: Mapping[str, str], *, in_batch: bool) -> Call:
        call = Call(self._next, method, path, _redacted(params), in_batch)
        self._next += 1
        self._kept.append(call)
        return call

    def since(self, index: int) -> list[dict[str, Any]]:
        return [asdict(call) for call in self._kept if call.index >= index]

    def clear(self) -> None:
        self._kept.clear()


def _redacted(params: Mapping[str, str]) -> dict[str, str]:
    shown = {}
    for name, value in params.items():
        if name in SECRET_PARAMETERS:
            shown[name] = "***"
        elif len(value) > LONGEST_VALUE:
            shown[name] = f"<{len(value)} characters>"
        else:
            shown[name] = value
    return shown
