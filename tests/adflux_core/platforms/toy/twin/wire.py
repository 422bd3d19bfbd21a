"""The toy over HTTP: forms in, JSON out, and whatever it does not know is refused."""

import json
import logging
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.faults import Fault
from sandbox.toy.state import PARENT, Account, Thing
from sandbox.web import Reply, Request, json_reply

LOG = logging.getLogger("sandbox.toy")
PAGE = 5
STATUSES = ("PAUSED", "ACTIVE", "CLOSED")
CONTENT = {
    "campaign": ("budget", "starts_at", "ends_at", "targeting"),
    "ad_group": ("campaign_id",),
    "ad": ("ad_group_id", "headline", "primary_text", "description", "link"),
}
LONGEST = {"name": 300, "headline": 60, "primary_text": 500, "description": 90}
# Points in five minutes and calls in an hour, told with every reply.
ALLOWANCE = {"X-Allowance": "9000/100000"}


class ToyError(Exception):
    """The toy's own no."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


def answer(account: Account, request: Request) -> Reply:
    try:
        return json_reply(_route(account, request), headers=ALLOWANCE)
    except ToyError as error:
        LOG.warning("refused %s /%s: %s", request.method, request.path, error)
        return json_reply({"error": str(error)}, error.status, ALLOWANCE)


def false_reply(fault: Fault) -> Reply:
    """What a scripted fault answers in the toy's words."""
    if fault.kind == "revoked_token":
        return json_reply({"error": "this token was revoked"}, 401, ALLOWANCE)
    if fault.kind == "throttle":
        wait = {"Retry-After": str(fault.details["minutes"] * 60)}
        return json_reply({"error": "too many calls"}, 429, ALLOWANCE | wait)
    return json_reply({"error": fault.details["message"]}, fault.details["http_status"], ALLOWANCE)


def _route(account: Account, request: Request) -> dict[str, Any]:
    if request.bearer != account.token:
        raise ToyError(401, "this token opens nothing")
    account_id, _, path = request.path.partition("/")
    place, _, thing_id = path.partition("/")
    kind = place.removesuffix("s")
    if account_id != account.id:
        raise ToyError(404, f"there is no account {account_id}")
    if request.method == "GET" and not thing_id:
        if place in READS:
            return READS[place](account, request.params)
        if kind in CONTENT:
            return _listed(account, kind, request.params)
    if request.method == "POST" and kind in CONTENT:
        return _change(account, kind, thing_id, request) if thing_id else _create(account, kind, request)
    raise ToyError(404, f"there is no {request.method} /{path}")


# Reading.


def _account(account: Account, params: Mapping[str, str]) -> dict[str, Any]:
    _check(params)
    return {
        "id": account.id,
        "name": account.name,
        "currency": account.currency,
        "time_zone": account.clock.zone.key,
        "smallest_daily_budget": str(account.smallest_daily_budget),
    }


def _objects(account: Account, params: Mapping[str, str]) -> dict[str, Any]:
    _check(params, ("ids",))
    return {"items": [shown(account, _found(account, one)) for one in params["ids"].split(",")]}


def _listed(account: Account, kind: str, params: Mapping[str, str]) -> dict[str, Any]:
    _check(params, ("name", "after"))
    named = [one for one in account.things.values() if one.kind == kind and params["name"] in one.name]
    return _page([shown(account, one) for one in named], params["after"])


def _numbers(account: Account, params: Mapping[str, str]) -> dict[str, Any]:
    _check(params, ("level", "since", "until", "after"))
    levels = {"ad": account.rows, "account": account.totals}
    try:
        told = levels[params["level"]](
            date.fromisoformat(params["since"]), date.fromisoformat(params["until"])
        )
    except (KeyError, ValueError):
        raise ToyError(422, "level is ad or account, since and until are days") from None
    return _page(told, params["after"])


READS = {"account": _account, "objects": _objects, "numbers": _numbers}


def shown(account: Account, thing: Thing) -> dict[str, Any]:
    status = account.effective_status(thing)
    return {
        "id": thing.id,
        "kind": thing.kind,
        "name": thing.name,
        "status": thing.status,
        "effective_status": status,
        "reason": thing.verdict if status == "REJECTED" else "",
        "created_at": thing.created.isoformat(),
        "content": thing.content,
    }


def _page(items: Sequence[Mapping[str, Any]], after: str) -> dict[str, Any]:
    if not after.isdigit():
        raise ToyError(422, "after is what the page before said")
    stop = int(after) + PAGE
    return {"items": items[int(after) : stop], "after": str(stop) if stop < len(items) else ""}


# Writing.


def _create(account: Account, kind: str, request: Request) -> dict[str, Any]:
    params = request.params
    _check(params, ("name", "status", *CONTENT[kind]), ("dry_run",))
    content = {name: params[name] for name in CONTENT[kind]}
    if params["status"] not in STATUSES:
        raise ToyError(422, f"status is one of {', '.join(STATUSES)}")
    for name, limit in LONGEST.items():
        if len(params.get(name, "")) > limit:
            raise ToyError(422, f"{name} is longer than {limit} characters")
    if kind == "campaign":
        content = _campaign(account, content)
    elif _found(account, content[f"{PARENT[kind]}_id"]).kind != PARENT[kind]:
        raise ToyError(422, f"{PARENT[kind]}_id is not one")
    if "dry_run" in params:
        return {}
    verdict = request.suffers("disapprove")
    reason = verdict.details["reason"] if verdict else ""
    thing = account.add(kind, params["name"], params["status"], content, reason)
    _falsify(request, thing)
    return {"id": thing.id}


def _change(account: Account, kind: str, thing_id: str, request: Request) -> dict[str, Any]:
    params, thing = request.params, _found(account, thing_id)
    _check(params, (), ("status", "budget") if kind == "campaign" else ("status",))
    if thing.kind != kind:
        raise ToyError(404, f"there is no {kind} {thing_id}")
    if params.get("status", "CLOSED") not in STATUSES or (
        thing.status == "CLOSED" and params.get("status") != "CLOSED"
    ):
        raise ToyError(422, f"status is one of {', '.join(STATUSES)}, and CLOSED for good")
    if "budget" in params:
        thing.content = _campaign(account, thing.content | {"budget": params["budget"]})
    thing.status = params.get("status", thing.status)
    _falsify(request, thing)
    return {}


def _campaign(account: Account, content: dict[str, str]) -> dict[str, str]:
    """The content as the toy keeps it. Raises ToyError on what cannot be."""
    try:
        budget = Decimal(content["budget"])
        starts, ends = (datetime.fromisoformat(content[name]) for name in ("starts_at", "ends_at"))
        targeting = json.loads(content["targeting"])
        days = (ends - starts).days
    except (InvalidOperation, TypeError, ValueError):
        raise ToyError(
            422, "a campaign has an amount, two moments with their offset and a targeting"
        ) from None
    if budget != round(budget, 2) or days < 1 or budget < account.smallest_daily_budget * days:
        raise ToyError(422, f"a campaign runs for days, for at least {account.smallest_daily_budget} each")
    if not isinstance(targeting, dict) or targeting.keys() != {"countries"}:
        raise ToyError(422, "an ad for a job is aimed at countries and at nothing else")
    zone = account.clock.zone
    moments = {"starts_at": starts.astimezone(zone), "ends_at": ends.astimezone(zone)}
    kept = {name: moment.isoformat() for name, moment in moments.items()}
    return content | kept | {"budget": f"{budget:.2f}"}


def _falsify(request: Request, thing: Thing) -> None:
    fault = request.suffers("read_back_differs")
    if fault is not None:
        thing.content = thing.content | {fault.details["field"]: str(fault.details["value"])}


def _found(account: Account, thing_id: str) -> Thing:
    if thing_id not in account.things:
        raise ToyError(404, f"there is no object {thing_id}")
    return account.things[thing_id]


def _check(params: Mapping[str, str], needed: Sequence[str] = (), allowed: Sequence[str] = ()) -> None:
    wrong = set(params) - {*needed, *allowed} | set(needed) - set(params)
    if wrong:
        raise ToyError(422, f"unknown or missing: {', '.join(sorted(wrong))}")
