"""A Meta that only answers insights: made-up ad-days over HTTP, as fast as they are taken.

`python -m benchmarks.peers.page_server ROWS` prints its URL and serves until standard input ends. The pages
are encoded before the first is asked for.
"""

from __future__ import annotations

import json
import sys
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

FIRST, ADS_A_DAY, ROWS_A_PAGE = date(2025, 1, 1), 1_000, 500
ACCOUNT = {
    "id": "act_1",
    "name": "Benchmark",
    "currency": "COP",
    "timezone_name": "America/Bogota",
    "min_daily_budget": 4000,
}
ACTIONS = (
    "link_click",
    "landing_page_view",
    "offsite_conversion.fb_pixel_submit_application",
    "submit_application_total",
)


def main() -> None:
    """Serve until standard input ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    server.pages = _pages(int(sys.argv[1]))  # type: ignore[attr-defined]
    Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    sys.stdin.read()


def _pages(rows: int) -> list[bytes]:
    count = rows // ROWS_A_PAGE
    return [_page(number, last=number == count - 1) for number in range(count)]


def _page(number: int, *, last: bool) -> bytes:
    start = number * ROWS_A_PAGE
    cursors = {"before": str(number), "after": str(number + 1)}
    paging: dict[str, Any] = {"cursors": cursors} | ({} if last else {"next": "https://example.com/more"})
    data = [_row(place // ADS_A_DAY, place % ADS_A_DAY) for place in range(start, start + ROWS_A_PAGE)]
    return json.dumps({"data": data, "paging": paging}).encode()


def _row(day: int, ad: int) -> dict[str, Any]:
    told = (FIRST + timedelta(day)).isoformat()
    clicks = 10 + (day * 7 + ad) % 290
    return {
        "campaign_id": f"1202150{ad // 20:010}",
        "adset_id": f"1202151{ad // 5:010}",
        "ad_id": f"1202152{ad:010}",
        "account_currency": "COP",
        "impressions": str(clicks * 40),
        "clicks": str(clicks),
        "spend": f"{clicks * 317}.{ad % 100:02}",
        "inline_link_clicks": str(clicks * 4 // 5),
        "actions": [{"action_type": kind, "value": str(clicks // 9)} for kind in ACTIONS],
        "date_start": told,
        "date_stop": told,
    }


class Pages(BaseHTTPRequestHandler):
    """The account, its ads' pages, and totals of nothing: nobody adds them up here."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        told = {name: values[0] for name, values in parse_qs(asked.query).items()}
        if not asked.path.endswith("/insights"):
            body = json.dumps(ACCOUNT).encode()
        elif told["level"] == "account":
            body = b'{"data": []}'
        else:
            body = self.server.pages[int(told.get("after", 0))]  # type: ignore[attr-defined]
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self.wfile.write(head.encode() + body)

    def log_message(self, *_told: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    main()
