"""`/metrics` in Prometheus' text form, for whoever shows the token of ADFLUX_METRICS_TOKEN."""

from __future__ import annotations

import hmac
from collections import defaultdict
from collections.abc import Iterator

from anyio import to_thread
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, Response

from adflux_core.errors import AdfluxError
from adflux_core.reports.gauges import MEANS, Gauge, gauges
from adflux_core.settings import settings

PATH = "/metrics"


async def scraped(asked: HTTPConnection) -> Response:
    """The numbers as they are now; 404 without a token in the settings, 503 while they cannot be read."""
    try:
        token = settings().adflux_metrics_token
        if token is None:
            return PlainTextResponse("ADFLUX_METRICS_TOKEN is not set\n", 404)
        shown = asked.headers.get("authorization", "").encode()
        if not hmac.compare_digest(shown, f"Bearer {token.get_secret_value()}".encode()):
            return PlainTextResponse("wrong token\n", 401, {"WWW-Authenticate": "Bearer"})
        found = await to_thread.run_sync(gauges)
    except AdfluxError as error:
        return PlainTextResponse(f"{error}\n", 503)
    registry = CollectorRegistry()
    registry.register(_Found(found))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


class _Found(Collector):
    def __init__(self, found: list[Gauge]) -> None:
        self._found = found

    def collect(self) -> Iterator[GaugeMetricFamily]:
        by_name: defaultdict[str, list[Gauge]] = defaultdict(list)
        for gauge in self._found:
            by_name[gauge.name].append(gauge)
        for name, of_it in by_name.items():
            family = GaugeMetricFamily(f"adflux_{name}", MEANS[name], labels=[*of_it[0].labels])
            for gauge in of_it:
                family.add_metric([str(gauge.labels[label]) for label in of_it[0].labels], gauge.value)
            yield family
