"""A call to a platform as operators see it: a line of the log and, where spans are exported, one of them.

Both have the number that the platform's support asks for.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec

from opentelemetry import trace
from opentelemetry.trace import SpanKind, StatusCode

from adflux_core.errors import PlatformError
from adflux_core.log import spoken_of
from adflux_core.settings import settings

LOG = logging.getLogger("adflux.calls")


def begin_tracing() -> None:
    """Export spans from here on if OTEL_EXPORTER_OTLP_ENDPOINT says where to; else they cost nothing."""
    endpoint = settings().otel_exporter_otlp_endpoint
    if endpoint is None:
        return
    if find_spec("opentelemetry.sdk") is None:
        LOG.warning("OTEL_EXPORTER_OTLP_ENDPOINT is set, and nothing is exported: install adflux[otel]")
        return
    from adflux_core.tracing import export_to

    export_to(endpoint)


@dataclass
class Called:
    """What is heard of a call that went well; of one that did not, its error knows."""

    request_id: str = ""


@contextmanager
def call(platform: str, account_id: str, what: str) -> Iterator[Called]:
    """Around one request. `what` names the operation and holds no value of its own: it is written down."""
    called, failed = Called(), ""
    began = time.monotonic()
    name = f"{platform} {what.split(maxsplit=1)[0]}"
    span = trace.get_tracer("adflux").start_span(name, kind=SpanKind.CLIENT)
    try:
        yield called
    except PlatformError as error:
        called.request_id = error.request_id or called.request_id
        failed = f"{type(error).__name__} {error.code}".rstrip()
        span.set_status(StatusCode.ERROR, failed)
        raise
    finally:
        known = {"platform": platform, "account_id": account_id, "request_id": called.request_id}
        span.set_attributes({f"adflux.{name}": str(one) for name, one in {**spoken_of(), **known}.items()})
        span.set_attribute("adflux.call", what)
        span.end()
        LOG.log(
            logging.WARNING if failed else logging.INFO,
            "%s %s",
            platform,
            f"{what}: {failed}" if failed else what,
            extra={**known, "milliseconds": round((time.monotonic() - began) * 1000)},
        )
