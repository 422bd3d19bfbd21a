"""Everything that can come back from Gemini, as one of a few outcomes.

Source: Gemini API, Troubleshooting; FinishReason and BlockReason of generateContent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """What became of a question. Only the first five are about what was asked; the others may pass."""

    OK = "ok"
    BLOCKED = "blocked"
    TRUNCATED = "truncated"
    EMPTY = "empty"
    MALFORMED = "malformed"
    THROTTLED = "throttled"
    UNAVAILABLE = "unavailable"
    KEY_INVALID = "key_invalid"
    MODEL_GONE = "model_gone"
    REGION_BLOCKED = "region_blocked"
    REFUSED = "refused"


# Asking again soon does not help: somebody has to mend a setting first.
HOPELESS = {Outcome.KEY_INVALID, Outcome.MODEL_GONE, Outcome.REGION_BLOCKED, Outcome.REFUSED}
ANSWERS = {Outcome.OK, Outcome.BLOCKED, Outcome.TRUNCATED, Outcome.EMPTY, Outcome.MALFORMED}
_BLOCKING = {
    *("SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "LANGUAGE", "IMAGE_SAFETY"),
}
_FENCES = re.compile(r"^\s*```(?:json)?\s*(.*?)\s*```\s*$", re.DOTALL)


@dataclass(frozen=True)
class Reply:
    """One reply. `detail` is for people; `retry_after` in seconds where Google said so."""

    outcome: Outcome
    text: str = ""
    detail: str = ""
    model_version: str = ""
    response_id: str = ""
    prompt_tokens: int = 0
    output_tokens: int = 0  # with those it thought with
    retry_after: float | None = None


def read_response(response: Any) -> Reply:
    """A reply that came with status 200, whatever is in it."""
    usage = response.usage_metadata
    known: dict[str, Any] = {
        "model_version": response.model_version or "",
        "response_id": response.response_id or "",
        "prompt_tokens": (usage.prompt_token_count or 0) if usage else 0,
        "output_tokens": (usage.candidates_token_count or 0) + (usage.thoughts_token_count or 0)
        if usage
        else 0,
    }
    feedback = response.prompt_feedback
    if feedback is not None and feedback.block_reason is not None:
        return Reply(Outcome.BLOCKED, detail=_name(feedback.block_reason), **known)
    if not response.candidates:
        return Reply(Outcome.EMPTY, detail="no candidates", **known)
    reason = _name(response.candidates[0].finish_reason)
    text = response.text or ""
    if reason in _BLOCKING:
        return Reply(Outcome.BLOCKED, detail=reason, **known)
    if reason == "MAX_TOKENS":
        return Reply(Outcome.TRUNCATED, detail=reason, **known)
    if not text.strip():
        return Reply(Outcome.EMPTY, detail=reason, **known)
    return _json(text, known)


def _json(text: str, known: Mapping[str, Any]) -> Reply:
    fenced = _FENCES.match(text)
    bare = fenced.group(1) if fenced else text
    try:
        json.loads(bare)
    except ValueError as problem:
        return Reply(Outcome.MALFORMED, detail=f"no JSON: {problem}", **known)
    return Reply(Outcome.OK, text=bare, **known)


def read_error(code: int, status: str, details: Any) -> Reply:
    """An error reply, by its code, status and `google.rpc` details."""
    error = details.get("error", {}) if isinstance(details, Mapping) else {}
    told = error.get("details", []) if isinstance(error, Mapping) else []
    message = str(error.get("message", ""))[:200] if isinstance(error, Mapping) else ""
    reasons = {one.get("reason") for one in told if isinstance(one, Mapping)}
    said = f"{code} {status}: {message}".strip(": ")
    if reasons & {"API_KEY_INVALID", "API_KEY_SERVICE_BLOCKED"} or code in {401, 403}:
        return Reply(Outcome.KEY_INVALID, detail=said)
    if code == 404:
        return Reply(Outcome.MODEL_GONE, detail=said)
    if "location" in message.lower() and status == "FAILED_PRECONDITION":
        return Reply(Outcome.REGION_BLOCKED, detail=said)
    if code == 429:
        return Reply(Outcome.THROTTLED, detail=said, retry_after=_retry_after(told))
    if code >= 500 or code == 408:
        return Reply(Outcome.UNAVAILABLE, detail=said, retry_after=_retry_after(told))
    return Reply(Outcome.REFUSED, detail=said)


def _retry_after(told: Any) -> float | None:
    for one in told:
        delay = str(one.get("retryDelay", "")) if isinstance(one, Mapping) else ""
        if match := re.fullmatch(r"(\d+(?:\.\d+)?)s", delay):
            return float(match.group(1))
    return None


def _name(reason: Any) -> str:
    return str(getattr(reason, "name", reason) or "")
