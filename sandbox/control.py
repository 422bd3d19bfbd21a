"""`/_sandbox/*`: what a test, the demo or a referee asks of the world itself."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from itertools import chain
from typing import TYPE_CHECKING, Any

from sandbox.applicants import seen
from sandbox.faults import GRPC, FaultError
from sandbox.gemini.state import CHANGEABLE
from sandbox.meta.referee import ad_days, objects, truth
from sandbox.meta.throttle import TIERS

if TYPE_CHECKING:
    from sandbox.server import Sandbox

Body = Mapping[str, Any]
ANY_KEY = ("*",)  # the faults check their own script
GOOGLE_ADS_KEYS = (
    "customer_status",
    "hec_agreement_required",
    "eu_declaration_required",
    "refresh_token_revoked",
    "expire_access_tokens",
    "operations_per_day",
)
NO_GOOGLE_ADS = "this world has no Google Ads: it was started without"


class UnknownPathError(Exception):
    """There is no such thing to ask of the world."""


def answer(world: "Sandbox", method: str, path: str, body: Any) -> Any:
    if (method, path) not in ROUTES:
        known = ", ".join(f"{m} {p}" for m, p in ROUTES)
        raise UnknownPathError(f"there is no {method} /_sandbox/{path}; there are {known}")
    given = body or {}
    if not isinstance(given, Mapping):
        raise TypeError("the body must be a JSON object")
    allowed, do = ROUTES[method, path]
    unknown = set(given) - set(allowed)
    if unknown and allowed is not ANY_KEY:
        raise ValueError(
            f"unknown key {', '.join(sorted(unknown))}; known are {', '.join(allowed) or 'none'}"
        )
    return do(world, given)


def _clock(world: "Sandbox", body: Body) -> Any:  # noqa: ARG001
    clock = world.clock
    return {"now": clock.now.isoformat(), "today": clock.today.isoformat(), "timezone": clock.zone.key}


def _move_clock(world: "Sandbox", body: Body) -> Any:
    if len(body) != 1:
        raise ValueError("give one of today, advance_days and advance_seconds")
    if "today" in body:
        world.clock.set_today(date.fromisoformat(str(body["today"])))
    else:
        days, seconds = body.get("advance_days", 0), body.get("advance_seconds", 0)
        world.clock.advance_days(days) if days else world.clock.advance(timedelta(seconds=float(seconds)))
    return _clock(world, {})


def _add_fault(world: "Sandbox", body: Body) -> Any:
    if world.google_ads is not None:
        return world.faults.add(body, world.google_ads.check_fault)
    if body.get("kind") in GRPC:
        raise FaultError(NO_GOOGLE_ADS)
    return world.faults.add(body)


def _google_ads(world: "Sandbox", body: Body) -> Any:
    if world.google_ads is None:
        raise ValueError(NO_GOOGLE_ADS)
    return world.google_ads.change(body) if body else world.google_ads.state()


def _gemini(world: "Sandbox", body: Body) -> Any:
    return world.gemini.project.change(body)


def _clear_faults(world: "Sandbox", body: Body) -> Any:  # noqa: ARG001
    world.faults.clear()
    return {"faults": []}


def _calls(world: "Sandbox", body: Body) -> Any:
    return {"calls": world.calls.since(int(body.get("since_index", 0)))}


def _clear_calls(world: "Sandbox", body: Body) -> Any:  # noqa: ARG001
    world.calls.clear()
    return {"calls": []}


def _latency(world: "Sandbox", body: Body) -> Any:
    seconds = float(body.get("seconds", 0))
    if seconds < 0:
        raise ValueError("seconds must not be negative")
    world.latency = seconds
    return {"seconds": seconds}


def _tier(world: "Sandbox", body: Body) -> Any:
    if body.get("tier") not in TIERS:
        raise ValueError(f"tier must be one of {', '.join(TIERS)}")
    world.graph.set_tier(body["tier"])
    return {"tier": body["tier"]}


def _truth(world: "Sandbox", body: Body) -> Any:
    today = world.clock.today
    since = date.fromisoformat(body["since"]) if "since" in body else date.min
    until = date.fromisoformat(body["until"]) if "until" in body else today
    told = truth(world.account, since, until)
    for other in world.accounts[1:]:
        theirs = truth(other, since, until)
        told |= {name: told[name] + theirs[name] for name in ("reported", "settled", "shown_to")}
    if world.google_ads is not None:
        world.google_ads.add_truth(told, since, until)
    return told


def _applications(world: "Sandbox", body: Body) -> Any:  # noqa: ARG001
    elsewhere = world.google_ads.ad_days() if world.google_ads is not None else ()
    return seen(world.clock, chain(*map(ad_days, world.accounts), elsewhere))


def _objects(world: "Sandbox", body: Body) -> Any:  # noqa: ARG001
    told = {"objects": [one for account in world.accounts for one in objects(account)["objects"]]}
    if world.google_ads is not None:
        told["objects"] += world.google_ads.objects()
    return told


def _flush(world: "Sandbox", body: Body) -> Any:  # noqa: ARG001
    return {"applied": world.flush()}


def _release(world: "Sandbox", body: Body) -> Any:
    lost = body.get("lost", False)
    if not isinstance(lost, bool):
        raise TypeError(f"lost must be true or false, not {lost!r}")
    index = int(body["index"]) if "index" in body else None
    return {"released": world.holds.release(index, lost=lost)}


def _token(world: "Sandbox", body: Body) -> Any:
    told = body.get("expires_at")
    world.account.token_expires_at = None if told is None else datetime.fromisoformat(str(told))
    return {"expires_at": told}


ROUTES: dict[tuple[str, str], tuple[tuple[str, ...], Callable[["Sandbox", Body], Any]]] = {
    ("GET", "clock"): ((), _clock),
    ("POST", "clock"): (("today", "advance_days", "advance_seconds"), _move_clock),
    ("POST", "faults"): (ANY_KEY, _add_fault),
    ("GET", "faults"): ((), lambda world, _: {"faults": world.faults.left()}),
    ("DELETE", "faults"): ((), _clear_faults),
    ("GET", "calls"): (("since_index",), _calls),
    ("DELETE", "calls"): ((), _clear_calls),
    ("POST", "latency"): (("seconds",), _latency),
    ("POST", "token"): (("expires_at",), _token),
    ("POST", "tier"): (("tier",), _tier),
    ("GET", "google_ads"): ((), _google_ads),
    ("POST", "google_ads"): (GOOGLE_ADS_KEYS, _google_ads),
    ("GET", "gemini"): ((), _gemini),
    ("POST", "gemini"): (CHANGEABLE, _gemini),
    ("POST", "flush"): ((), _flush),
    ("GET", "held"): ((), lambda world, _: {"held": world.holds.waiting()}),
    ("POST", "release"): (("index", "lost"), _release),
    ("GET", "truth"): (("since", "until"), _truth),
    ("GET", "objects"): ((), _objects),
    ("GET", "applications"): ((), _applications),
}
