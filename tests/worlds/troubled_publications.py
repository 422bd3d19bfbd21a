"""Stories of one publication on a sandbox: calls go wrong as scripted; then peace and a judgement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from meta_publications import QUIESCENCE
from unhurried import Unhurried
from watched_meta import APPROVED_BUDGET, Trouble, WatchedSandbox, bound_ids

from adflux_core import database
from adflux_core.advertising import AdPlatform, PlatformName
from adflux_core.errors import PlatformError
from adflux_core.platforms import open_platform
from adflux_core.publication.converge import Outcome, converge
from adflux_core.publication.sweep import sweep
from adflux_core.schema.publication import Publication
from sandbox.meta.kinds import DELIVERING
from sandbox.meta.state import DISAPPROVED, Node

Script = Mapping[int, Sequence[Trouble]]
SETTLED = {"active", "differs"}
LATER_THAN_ALL = timedelta(hours=3)  # than any write that is under way, and any index


def _reply(kind: str, **details: Any) -> dict[str, Trouble]:
    return {
        f"{kind}": {"kind": kind, **details},
        f"{kind} after commit": {"kind": kind, "after_commit": True, **details},
    }


# Every kind that can befall the calls of a publication, by the name a failure prints.
TROUBLES: dict[str, Trouble] = {
    **_reply("graph_error"),
    "graph_error 400": {"kind": "graph_error", "code": 2, "http_status": 400},
    "graph_error 400 after commit": {"kind": "graph_error", "http_status": 400, "after_commit": True},
    "validation": {"kind": "graph_error", "code": 100, "http_status": 400, "is_transient": False},
    "throttle": {"kind": "throttle"},
    "revoked_token": {"kind": "revoked_token"},
    **_reply("html_502"),
    **_reply("plain_500"),
    **_reply("json_without_error_500"),
    **_reply("empty_200"),
    **_reply("non_json_200"),
    "drop_before_commit": {"kind": "drop_before_commit"},
    "drop_after_commit": {"kind": "drop_after_commit"},
    "late_commit": {"kind": "late_commit", "seconds": 600},
    "very late_commit": {"kind": "late_commit", "seconds": 7200},
    "index_lag": {"kind": "index_lag", "seconds": 300},
    "disapprove": {"kind": "disapprove"},
    "with_issues": {"kind": "with_issues"},
    "budget read_back_differs": {
        "kind": "read_back_differs",
        "field": "lifetime_budget",
        "value": 80_000_000,
    },
    "category read_back_differs": {
        "kind": "read_back_differs",
        "field": "special_ad_categories",
        "value": [],
    },
}


def script_of(*named: tuple[int, str]) -> dict[int, list[Trouble]]:
    """From ((3, "html_502"), (7, "throttle")): the call and what befalls it."""
    script: dict[int, list[Trouble]] = {}
    for call, name in named:
        script.setdefault(call, []).append(TROUBLES[name])
    return script


def opened(name: PlatformName, account_id: str | None = None) -> AdPlatform:
    """With room for every call: what a throttle does to the others is proven elsewhere."""
    return open_platform(name, Unhurried(), account_id)


def one_pass(world: WatchedSandbox, publication_id: int) -> Outcome | None:
    """A pass by the world's own clock; None when the platform refused it."""
    try:
        return converge(publication_id, opened, quiescence=QUIESCENCE, now=lambda: world.clock.now)
    except PlatformError:
        return None


def play(world: WatchedSandbox, publication_id: int, script: Script) -> list[str]:
    """What was wrong at any moment or is wrong in the end; nothing, if the promise holds."""
    world.publication_id = publication_id
    world.begin(script)
    for minutes in (0, 1, 16, 16):
        _wait(world, timedelta(minutes=minutes))
        one_pass(world, publication_id)
        if minutes and not world.script:
            break
    world.begin({})
    world.faults.clear()
    _wait(world, LATER_THAN_ALL)
    for _ in range(5):
        outcome = one_pass(world, publication_id)
        if outcome is not None and outcome.state in SETTLED:
            break
        _wait(world, QUIESCENCE * 2)
    while sweep(opened(PlatformName.META), quiescence=QUIESCENCE, now=lambda: world.clock.now):
        _wait(world, QUIESCENCE * 2)
    world.control("POST", "clock", {"today": "2026-10-03"})  # the schedule has begun, the review is over
    one_pass(world, publication_id)
    world.look()
    world.look_at_the_money()
    wrong = [*dict.fromkeys(world.violations), *_judge(world, publication_id)]
    late = [one for troubles in script.values() for one in troubles if one["kind"] == "late_commit"]
    if all(one["seconds"] < QUIESCENCE.total_seconds() for one in late):
        wrong += _made_twice(world)
    return wrong


def _wait(world: WatchedSandbox, span: timedelta) -> None:
    if span:
        world.control("POST", "clock", {"advance_seconds": span.total_seconds()})


def _judge(world: WatchedSandbox, publication_id: int) -> list[str]:
    """What is wrong in the end, by what the platform really holds."""
    with database.transaction() as session:
        publication = session.get_one(Publication, publication_id)
    owned = bound_ids(publication_id)
    shown = [
        one for one in world.control("GET", "objects")["objects"] if one["kind"] not in {"adimage", "adlabel"}
    ]
    mine = {one["kind"]: one for one in shown if one["id"] in owned}
    told = {kind: world.account.nodes[one["id"]] for kind, one in mine.items()}
    state, kinds = "active", ["ad", "adcreative", "adset", "campaign"]
    if _reads_otherwise(told):
        state = "differs"
    if "adset" not in mine and "lifetime_budget" in told["campaign"].read_back:
        state, kinds = "failed", ["campaign"]  # Meta takes no ad set with a budget below it
    hindered = [
        kind
        for kind, node in told.items()
        if kind in DELIVERING and (node.issues or node.review == DISAPPROVED)
    ]
    wrong = []
    if publication.state != state:
        wrong.append(f"should be {state} and is {publication.state}: {publication.detail}")
    if sorted(one["kind"] for one in shown if one["id"] in owned) != kinds:
        wrong.append(f"owns {[(kind, one['id']) for kind, one in mine.items()]}")
    # A creative has no status and does nothing alone, so there is nothing to put away.
    wrong += [
        f"stray {one['kind']} {one['id']} is {one['effective_status']}"
        for one in shown
        if one["id"] not in owned and one["kind"] != "adcreative" and one["effective_status"] != "ARCHIVED"
    ]
    delivering = [one["id"] for one in shown if one["kind"] == "campaign" and one["delivers"]]
    if delivering != ([mine["campaign"]["id"]] if state == "active" and not hindered else []):
        wrong.append(f"{delivering} deliver")
    if state == "active" and int(mine["adset"]["values"]["lifetime_budget"]) != APPROVED_BUDGET:
        wrong.append("the money is not what was approved")
    if state == "active" and hindered and ";" not in publication.effective_status:
        wrong.append(f"{hindered} do not run, and all that is told is {publication.effective_status}")
    return wrong


def _made_twice(world: WatchedSandbox) -> list[str]:
    """No answer was later than the quiescence time, so there was no reason to ask for anything twice."""
    made = Counter(node.kind for node in world.account.nodes.values() if node.kind != "adlabel")
    return [f"{number} {kind}s were made" for kind, number in made.items() if number > 1]


def _reads_otherwise(told: Mapping[str, Node]) -> bool:
    money = [
        kind for kind in ("campaign", "adset") if kind in told and "lifetime_budget" in told[kind].read_back
    ]
    return bool(money) or "special_ad_categories" in told["campaign"].read_back
