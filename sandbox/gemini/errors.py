"""Gemini's error replies: google.rpc.Status as JSON. Follows google/rpc/error_details."""

from collections.abc import Mapping
from typing import Any

from sandbox.web import Reply, json_reply

STATUSES = {
    "INVALID_ARGUMENT": 400,
    "FAILED_PRECONDITION": 400,
    "PERMISSION_DENIED": 403,
    "NOT_FOUND": 404,
    "RESOURCE_EXHAUSTED": 429,
    "INTERNAL": 500,
    "UNAVAILABLE": 503,
    "DEADLINE_EXCEEDED": 504,
}
MESSAGES = {
    "RESOURCE_EXHAUSTED": "You exceeded your current quota, please check your plan and billing details.",
    "INTERNAL": "An internal error has occurred. Please retry.",
    "UNAVAILABLE": "The model is overloaded. Please try again later.",
    "DEADLINE_EXCEEDED": "Deadline expired before operation could complete.",
}
TYPE = "type.googleapis.com/google.rpc."


class GeminiError(Exception):
    """A refusal in Google's words."""

    def __init__(
        self, status: str, message: str = "", *, reason: str = "", retry_seconds: float | None = None
    ) -> None:
        super().__init__(message or MESSAGES.get(status, status))
        self.status = status
        self.reason = reason
        self.retry_seconds = retry_seconds

    def reply(self) -> Reply:
        details: list[Mapping[str, Any]] = []
        if self.reason:
            details.append({"@type": f"{TYPE}ErrorInfo", "reason": self.reason, "domain": "googleapis.com"})
        if self.status == "RESOURCE_EXHAUSTED":
            details.append({"@type": f"{TYPE}QuotaFailure", "violations": [{"quotaId": "PerProject"}]})
        if self.retry_seconds is not None:
            details.append({"@type": f"{TYPE}RetryInfo", "retryDelay": f"{self.retry_seconds:g}s"})
        code = STATUSES[self.status]
        body: dict[str, Any] = {"code": code, "message": str(self), "status": self.status}
        return json_reply({"error": body | ({"details": details} if details else {})}, code)


def unknown_field(name: str, where: str) -> GeminiError:
    message = f"Invalid JSON payload received. Unknown name \"{name}\" at '{where}': Cannot find field."
    return GeminiError("INVALID_ARGUMENT", message)
