"""`python -m sandbox`: the world on loopback until SIGTERM or Ctrl-C."""

import argparse
import json
import logging
import signal
import sys
import threading
from datetime import date
from zoneinfo import available_timezones

from sandbox.meta.currencies import CURRENCIES
from sandbox.server import Sandbox

GOOGLE_ADS = (
    "google_ads_endpoint",
    "google_ads_customer_id",
    "google_ads_login_customer_id",
    "google_ads_token_uri",
    "google_ads_client_id",
    "google_ads_client_secret",
    "google_ads_refresh_token",
    "google_ads_ca_file",
    "google_ads_service_account_file",
)


def main() -> int:
    options = _options()
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        world = Sandbox(
            port=options.port,
            currency=options.meta_currency,
            timezone=options.meta_timezone,
            today=options.today,
            seed=options.seed,
            google_ads=options.google_ads,
        )
    except OSError as problem:
        sys.stderr.write(f"sandbox: cannot listen on port {options.port}: {problem.strerror}\n")
        return 2
    with world:
        known = {
            "meta_graph_url": world.meta_graph_url,
            "meta_ad_account_id": world.meta_ad_account_id,
            "meta_page_id": world.meta_page_id,
            "meta_access_token": world.meta_access_token,
            "meta_app_secret": world.meta_app_secret,
        }
        if options.google_ads:
            known |= {name: getattr(world, name) for name in GOOGLE_ADS}
        sys.stdout.write(json.dumps(known) + "\n")
        sys.stdout.flush()
        stop.wait()
    return 0


def _timezone(name: str) -> str:
    if name not in available_timezones():
        raise argparse.ArgumentTypeError(f"{name!r} is no time zone")
    return name


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--meta-currency", choices=sorted(CURRENCIES), default="COP")
    parser.add_argument("--meta-timezone", type=_timezone, default="America/Bogota")
    parser.add_argument("--today", type=date.fromisoformat, help="YYYY-MM-DD; otherwise the real date")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--google-ads", action=argparse.BooleanOptionalAction, default=True, help="in the same money and zone"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
