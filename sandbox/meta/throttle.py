"""Rate limits, and the headers that tell how near they are. Follows "Marketing API Rate Limiting"."""

import json
from collections import deque
from dataclasses import dataclass

from sandbox.meta.errors import GraphError
from sandbox.meta.kinds import AD
from sandbox.meta.state import Account
from sandbox.meta.statuses import is_live

READ, WRITE = 1, 3
DECAY = 300.0
HOUR = 3600.0
LONGEST_PERCENT = 100


@dataclass(frozen=True)
class Tier:
    name: str
    most_points: int
    blocked_for: float
    management_calls: int
    insights_calls: int


TIERS = {
    "limited": Tier("development_access", 60, 300, 300, 600),
    "full": Tier("standard_access", 9000, 60, 100_000, 190_000),
}
CALLS_PER_LIVE_AD = {"ads_management": 40, "ads_insights": 400}


class Window:
    """A sum over the last so many seconds."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._entries: deque[tuple[float, int]] = deque()
        self._sum = 0

    def add(self, now: float, amount: int) -> None:
        self._entries.append((now, amount))
        self._sum += amount

    def sum(self, now: float) -> int:
        while self._entries and self._entries[0][0] <= now - self._seconds:
            self._sum -= self._entries.popleft()[1]
        return self._sum


class Meter:
    def __init__(self, account: Account) -> None:
        self._account = account
        self.tier = TIERS["full"]
        self._points = Window(DECAY)
        self._calls = {"ads_management": Window(HOUR), "ads_insights": Window(HOUR)}
        self._blocked_until = 0.0

    def set_tier(self, name: str) -> None:
        self.tier = TIERS[name]
        self._blocked_until = 0.0

    def charge(self, method: str, path: str) -> None:
        """Counts a call, or refuses it when the account has used up its share."""
        now = self._account.clock.seconds()
        cost = READ if method == "GET" else WRITE
        if now < self._blocked_until or self._points.sum(now) + cost > self.tier.most_points:
            if now >= self._blocked_until:
                self._blocked_until = now + self.tier.blocked_for
            raise GraphError(
                "(#17) User request limit reached",
                code=17,
                subcode=2446079,
                title="Ad Account Has Too Many API Calls",
                user_message="There have been too many calls from this ad account. Wait a bit and try again.",
            )
        kind = _kind(path)
        if self._percent(kind, now) >= LONGEST_PERCENT:
            code = 80000 if kind == "ads_insights" else 80004
            raise GraphError(
                f"(#{code}) There have been too many calls to this ad-account. Wait a bit and try again.",
                code=code,
                subcode=2446079,
            )
        self._points.add(now, cost)
        self._calls[kind].add(now, 1)

    def headers(self, path: str, *, minutes: int | None = None) -> dict[str, str]:
        """`minutes` is what a scripted throttle claims until access is regained."""
        now = self._account.clock.seconds()
        points = min(LONGEST_PERCENT, LONGEST_PERCENT * self._points.sum(now) / self.tier.most_points)
        kind = _kind(path)
        percent = self._percent(kind, now)
        wait = max(0.0, self._blocked_until - now)
        if minutes is not None:
            points = percent = LONGEST_PERCENT
            wait = minutes * 60
        business = {
            "type": kind,
            "call_count": percent,
            "total_cputime": percent,
            "total_time": percent,
            "estimated_time_to_regain_access": -(-int(wait) // 60),
            "ads_api_access_tier": self.tier.name,
        }
        account = {
            "acc_id_util_pct": round(points, 2),
            "reset_time_duration": int(wait),
            "ads_api_access_tier": self.tier.name,
        }
        told = {
            "X-Business-Use-Case-Usage": {self._account.number: [business]},
            "X-App-Usage": {"call_count": percent, "total_time": percent, "total_cputime": percent},
            "X-Ad-Account-Usage": account,
        }
        if kind == "ads_insights":
            told["X-FB-Ads-Insights-Throttle"] = {
                "app_id_util_pct": percent,
                "acc_id_util_pct": round(points, 2),
                "ads_api_access_tier": self.tier.name,
            }
        return {name: json.dumps(value) for name, value in told.items()}

    def _percent(self, kind: str, now: float) -> int:
        base = self.tier.insights_calls if kind == "ads_insights" else self.tier.management_calls
        used = self._calls[kind].sum(now)
        if used < base:  # no need to count the live ads, whose calls only come on top
            return int(LONGEST_PERCENT * used / base)
        live = sum(is_live(self._account, ad) for ad in self._account.of_kind(AD.name))
        return int(LONGEST_PERCENT * used / (base + CALLS_PER_LIVE_AD[kind] * live))


def _kind(path: str) -> str:
    return "ads_insights" if path.endswith("insights") else "ads_management"
