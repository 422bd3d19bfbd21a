"""Faults that replace the reply, whatever was asked."""

from sandbox.faults import Fault
from sandbox.meta.errors import BAD_TOKEN, GraphError
from sandbox.meta.wire import Graph
from sandbox.web import Reply, Request

HTML = (
    "<!DOCTYPE html><html><head><title>Error</title></head><body>Sorry, something went wrong.</body></html>"
)


def false_reply(graph: Graph, request: Request, fault: Fault) -> Reply:
    return PAGES[fault.kind] if fault.kind in PAGES else _graph_error(graph, request, fault)


PAGES = {
    "html_502": Reply(502, HTML.encode(), "text/html; charset=utf-8"),
    "plain_500": Reply(500, b"Internal Server Error", "text/plain"),
    "json_without_error_500": Reply(500, b'{"status":"Internal Server Error"}'),
    "empty_200": Reply(200, b""),
    "non_json_200": Reply(200, HTML.encode(), "text/html; charset=utf-8"),
}


def _graph_error(graph: Graph, request: Request, fault: Fault) -> Reply:
    details = fault.details
    if fault.kind == "revoked_token":
        error = GraphError(
            "Error validating access token: The session has been invalidated because the user changed their "
            "password or Facebook has changed the session for security reasons.",
            code=BAD_TOKEN,
            subcode=details["subcode"],
        )
        return graph.refuse(request, error)
    error = GraphError(
        f"(#{details['code']}) {details['message']}",
        code=details["code"],
        subcode=details["subcode"],
        status=details["http_status"],
        transient=details.get("is_transient", False),
    )
    return graph.refuse(request, error, minutes=details.get("minutes"))
