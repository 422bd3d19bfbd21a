"""Spans on their way out, by OTLP: imported only where the extra `otel` is there and an address is set.

Prefect makes a span of each flow run and each task, `calls` one of each call to a platform. Exceptions and
their tracebacks are left out, and what is text is redacted like any line of the log.
"""

from __future__ import annotations

from collections.abc import Sequence

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Status

from adflux_core.log import redact


def export_to(endpoint: str) -> None:
    """All spans of this process from here on; what is left is sent when it ends. Once a process."""
    provider = TracerProvider(resource=Resource.create({"service.name": "adflux"}))
    exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(_Redacted(exporter)))
    trace.set_tracer_provider(provider)


class _Redacted(SpanExporter):
    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return self._exporter.export([_redacted(span) for span in spans])

    def shutdown(self) -> None:
        self._exporter.shutdown()


def _redacted(span: ReadableSpan) -> ReadableSpan:
    attributes = span.attributes or {}
    return ReadableSpan(
        name=redact(span.name),
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes={name: redact(one) if isinstance(one, str) else one for name, one in attributes.items()},
        links=span.links,
        kind=span.kind,
        status=Status(span.status.status_code, redact(span.status.description or "") or None),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )
