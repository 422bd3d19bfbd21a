"""What Meta's usage headers say about an ad account. Source: Meta, Marketing API, Rate Limiting."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from json import JSONDecodeError, loads
from typing import Any

from adflux_core.advertising import Allowance, Usage

READ, WRITE = 1, 3  # points of a call
TIERS: Mapping[str, Allowance] = {
    "development_access": Allowance(points=60, hourly_calls=300),
    "standard_access": Allowance(points=9000, hourly_calls=100_000),
}
PERCENTAGES = ("call_count", "total_cputime", "total_time", "app_id_util_pct")
MINUTE = 60.0


def usage_of(headers: Mapping[str, str]) -> Usage:
    """Every entry of every usage header counts, the worst decides; what cannot be read says nothing."""
    told = {name.lower(): list(_entries(value)) for name, value in headers.items()}
    account = told.get("x-ad-account-usage", [])
    others = [
        *told.get("x-business-use-case-usage", []),
        *told.get("x-app-usage", []),
        *told.get("x-fb-ads-insights-throttle", []),
    ]
    insights = told.get("x-fb-ads-insights-throttle", [])
    tiers = [TIERS.get(str(entry.get("ads_api_access_tier"))) for entry in (*others, *account)]
    return Usage(
        allowance=min((tier for tier in tiers if tier), key=lambda tier: tier.points, default=None),
        score=_worst(account, "acc_id_util_pct"),
        used=max(_worst(others, *PERCENTAGES), _worst(insights, "acc_id_util_pct")),
        blocked_for=_worst(others, "estimated_time_to_regain_access") * MINUTE,
    )


def _entries(header: str) -> Iterator[Mapping[str, Any]]:
    """The flat objects of a header, however deep: {…}, or {account: [{…}, {…}]}."""
    try:
        waiting = [loads(header)]
    except (JSONDecodeError, TypeError):
        return
    while waiting:
        value = waiting.pop()
        if isinstance(value, Mapping):
            yield value
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value


def _worst(entries: list[Mapping[str, Any]], *names: str) -> float:
    found = (entry.get(name) for entry in entries for name in names)
    return max((float(value) for value in found if isinstance(value, int | float)), default=0.0)
