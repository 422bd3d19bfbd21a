"""A Google Ads that only streams: made-up ad-days over gRPC and TLS, as fast as they are taken.

`python -m benchmarks.peers.stream_server FOLDER` prints the settings that lead to it, as JSON, and serves
until it is stopped. A day has 10,000 ads; it is encoded once and only its date is written anew.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import grpc
import trustme
from google.ads.googleads.v26.services.types.google_ads_service import (
    SearchGoogleAdsStreamRequest,
    SearchGoogleAdsStreamResponse,
)

METHOD = "/google.ads.googleads.v26.services.GoogleAdsService/SearchStream"
CUSTOMER = "1234567890"
ADS_A_DAY = 10_000  # one batch, the most that Google puts into it
FIRST = date(2025, 1, 1)
WINDOW = re.compile(r"BETWEEN '([\d-]+)' AND '([\d-]+)'")
TOKEN = json.dumps({"access_token": "bench", "expires_in": 3600, "token_type": "Bearer"}).encode()


def main() -> None:
    """Serve until standard input ends."""
    authority, folder = trustme.CA(), Path(sys.argv[1])
    authority.cert_pem.write_to_path(folder / "ca.pem")
    issued = authority.issue_cert("localhost")
    chain = b"".join(one.bytes() for one in issued.cert_chain_pems)
    server = grpc.server(ThreadPoolExecutor(2))
    server.add_generic_rpc_handlers((Streams(),))
    credentials = grpc.ssl_server_credentials([(issued.private_key_pem.bytes(), chain)])
    port = server.add_secure_port("localhost:0", credentials)
    server.start()
    tokens = ThreadingHTTPServer(("127.0.0.1", 0), Tokens)
    Thread(target=tokens.serve_forever, daemon=True).start()
    said = {
        "GOOGLE_ADS_ENDPOINT": f"localhost:{port}",
        "GOOGLE_ADS_CUSTOMER_ID": CUSTOMER,
        "GOOGLE_ADS_TOKEN_URI": f"http://127.0.0.1:{tokens.server_address[1]}/token",
        "GOOGLE_ADS_CLIENT_ID": "bench",
        "GOOGLE_ADS_CLIENT_SECRET": "bench",
        "GOOGLE_ADS_REFRESH_TOKEN": "bench",
        "GOOGLE_ADS_CA_FILE": str(folder / "ca.pem"),
    }
    print(json.dumps(said), flush=True)
    sys.stdin.read()
    server.stop(None).wait()


class Tokens(BaseHTTPRequestHandler):
    """Everybody gets a token."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(TOKEN)))
        self.end_headers()
        self.wfile.write(TOKEN)

    def log_message(self, *_words: Any) -> None:
        """Quiet."""


class Streams(grpc.GenericRpcHandler):  # type: ignore[misc]  # grpc is untyped
    """SearchStream and nothing else."""

    def __init__(self) -> None:
        self.day = _batch(ADS_A_DAY)
        self.total = _batch(1, times=ADS_A_DAY)

    def service(self, details: Any) -> Any:
        if details.method != METHOD:
            return None
        return grpc.unary_stream_rpc_method_handler(self.answer, SearchGoogleAdsStreamRequest.pb().FromString)

    def answer(self, request: Any, _context: Any) -> Iterator[bytes]:
        window = WINDOW.search(request.query)
        if window is None:
            yield _account()
            return
        day, until = (date.fromisoformat(one) for one in window.groups())
        pattern = self.day if "FROM ad_group_ad" in request.query else self.total
        while day <= until:
            yield pattern.replace(str(FIRST).encode(), str(day).encode())
            day += timedelta(1)


def _account() -> bytes:
    answer: Any = SearchGoogleAdsStreamResponse.pb()()
    customer = answer.results.add().customer
    customer.id, customer.currency_code, customer.time_zone = int(CUSTOMER), "COP", "America/Bogota"
    encoded: bytes = answer.SerializeToString()
    return encoded


def _batch(ads: int, *, times: int = 1) -> bytes:
    """One day; `times` makes the account's total of the ads that are each worth one."""
    answer: Any = SearchGoogleAdsStreamResponse.pb()()
    for ad in range(ads):
        row = answer.results.add()
        row.segments.date = str(FIRST)
        row.campaign.id = 20_000_000_000 + ad // 20
        row.campaign.resource_name = f"customers/{CUSTOMER}/campaigns/{row.campaign.id}"
        group = 30_000_000_000 + ad // 5
        row.ad_group_ad.resource_name = f"customers/{CUSTOMER}/adGroupAds/{group}~{40_000_000_000 + ad}"
        row.metrics.impressions, row.metrics.clicks = 400 * times, 8 * times
        row.metrics.cost_micros, row.metrics.conversions = 1_234_000_000 * times, 0.5 * times
    encoded: bytes = answer.SerializeToString()
    return encoded


if __name__ == "__main__":
    main()
