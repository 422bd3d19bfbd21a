"""Who receives spans: OTLP over HTTP on loopback, as a collector takes it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.trace.v1.trace_pb2 import Span


@dataclass
class Exported:
    """What came; `raw` as it came over the wire."""

    endpoint: str = ""
    raw: bytes = b""
    spans: list[Span] = field(default_factory=list)


def told(span: Span) -> dict[str, str]:
    """Its attributes that are text."""
    return {one.key: one.value.string_value for one in span.attributes}


@contextmanager
def span_receiver() -> Iterator[Exported]:
    exported = Exported()

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            asked = ExportTraceServiceRequest.FromString(body)
            exported.raw += body
            exported.spans += [
                span for of in asked.resource_spans for scope in of.scope_spans for span in scope.spans
            ]
            self.send_response(200 if self.path == "/v1/traces" else 404)
            self.end_headers()
            self.wfile.write(ExportTraceServiceResponse().SerializeToString())

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Taking) as server:
        exported.endpoint = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield exported
        server.shutdown()
