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
            accounts=options.accounts,
        )
    except OSError as problem:
        sys.stderr.write(f"sandbox: cannot listen on port {options.port}: {problem.strerror}\n")
        return 2
    with world:
        sys.stdout.write(json.dumps(world.said()) + "\n")
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
    parser.add_argument("--accounts", type=int, choices=range(1, 101), default=1, metavar="N", help="on each")
    parser.add_argument(
        "--google-ads", action=argparse.BooleanOptionalAction, default=True, help="in the same money and zone"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
