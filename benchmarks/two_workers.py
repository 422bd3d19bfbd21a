"""How much sooner a night is done by two workers than by one, where it waits for the platform.

`python -m benchmarks.two_workers` reads 20 ad accounts of a sandbox of its own, which takes 8 s for each
answer: one night with one worker, the next with two, each of two runs at once, and nothing else scheduled.
What was stored is held against what the sandbox knows. The last line is one JSON object; exit 1 if the
bound is missed.
"""

from __future__ import annotations

import argparse
import json
import os

from benchmarks.peers.shared_nights import DAY, SharedNights, seconds_of, shared_nights

ACCOUNTS, AT_ONCE = 20, 2
LATENCY = 8.0  # seconds an answer takes
BOUND = 1.8


def main() -> int:
    """Publish, read twice, report."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--accounts", type=int, default=ACCOUNTS)
    parser.add_argument("--latency", type=float, default=LATENCY)
    asked = parser.parse_args()
    with shared_nights(asked.accounts) as nights:
        nights.pause_schedules()
        nights.world("POST", "latency", {"seconds": asked.latency})
        nights.start_worker("--limit", str(AT_ONCE))
        one, calls_of_one = _night(nights)
        nights.start_worker("--limit", str(AT_ONCE))
        two, calls_of_two = _night(nights)
    ratio = one / two
    figures = {
        "accounts": asked.accounts,
        "latency_seconds": asked.latency,
        "runs_at_once_of_a_worker": AT_ONCE,
        "one_worker_seconds": round(one, 1),
        "two_workers_seconds": round(two, 1),
        "calls_of_one": calls_of_one,
        "calls_of_two": calls_of_two,
        "load": round(os.getloadavg()[0], 1),
    }
    holds = ratio >= BOUND
    print(
        json.dumps(
            {
                "name": "two_workers",
                "figures": figures,
                "ratio": round(ratio, 2),
                "bound": BOUND,
                "holds": holds,
            }
        )
    )
    return 0 if holds else 1


def _night(nights: SharedNights) -> tuple[float, int]:
    """Seconds and calls of one; a night that is not whole ends the benchmark."""
    today = nights.next_day()
    before = len(nights.world("GET", "calls")["calls"])
    run = nights.ended(nights.begin(today))
    calls = len(nights.world("GET", "calls")["calls"]) - before
    if run["state_type"] != "COMPLETED" or nights.stored() != nights.true(today - DAY):
        raise SystemExit(f"the night is {run['state_name']}, so its time means nothing: {run['state']}")
    print(f"{calls} calls in {seconds_of(run):.1f} s, {len(nights.parts())} runs ordered so far", flush=True)
    return seconds_of(run), calls


if __name__ == "__main__":
    raise SystemExit(main())
