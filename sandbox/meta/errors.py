"""Meta's error replies: `{"error": {message, type, code, error_subcode, ...}}`."""

import json
from http import HTTPStatus
from typing import Any

INVALID_PARAMETER = 100
DEPRECATED_VERSION = 2635
BAD_TOKEN = 190
BAD_PROOF = 104


class GraphError(Exception):
    """What Graph refuses, with the words and numbers it refuses it with.

    A subcode is only given where Meta's pages or its live replies are known to use that number.
    """

    def __init__(
        self,
        message: str,
        *,
        code: int = INVALID_PARAMETER,
        subcode: int | None = None,
        kind: str = "OAuthException",
        status: int = HTTPStatus.BAD_REQUEST,
        title: str | None = None,
        user_message: str | None = None,
        transient: bool = False,
        blame: tuple[str, ...] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.subcode = subcode
        self.kind = kind
        self.status = status
        self.title = title
        self.user_message = user_message
        self.transient = transient
        self.blame = blame
        self.headers = headers or {}

    def payload(self, trace_id: str) -> dict[str, Any]:
        error: dict[str, Any] = {"message": self.message, "type": self.kind, "code": self.code}
        if self.blame:
            # A JSON text inside JSON, as Meta sends it.
            error["error_data"] = json.dumps({"blame_field_specs": [[name] for name in self.blame]})
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        error["is_transient"] = self.transient
        if self.title:
            error["error_user_title"] = self.title
        if self.user_message:
            error["error_user_msg"] = self.user_message
        error["fbtrace_id"] = trace_id
        return {"error": error}


def refused(
    title: str, user_message: str, *, subcode: int | None = None, blame: tuple[str, ...] = ()
) -> GraphError:
    """A value that is well formed and that the service does not accept."""
    return GraphError(
        "Invalid parameter", subcode=subcode, title=title, user_message=user_message, blame=blame
    )


def bad_parameter(message: str, *names: str) -> GraphError:
    """A parameter that is unknown, missing or of the wrong type."""
    return GraphError(f"(#{INVALID_PARAMETER}) {message}", blame=names)


def missing(name: str) -> GraphError:
    return bad_parameter(f"The parameter {name} is required", name)


def no_such_object(method: str, object_id: str) -> GraphError:
    return GraphError(
        f"Unsupported {method.lower()} request. Object with ID '{object_id}' does not exist, cannot be "
        "loaded due to missing permissions, or does not support this operation. Please read the Graph API "
        "documentation at https://developers.facebook.com/docs/graph-api",
        subcode=33,
        kind="GraphMethodException",
    )


def unknown_path(path: str) -> GraphError:
    return GraphError(f"Unknown path components: /{path}", code=2500)
