"""All processes together stay within what a platform allows an account. Real SDK, sandbox and PostgreSQL."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from meta_publications import QUIESCENCE, ordered
from shared_time import SharedTime
from sqlalchemy import text
from unhurried import Unhurried

from adflux_core import database
from adflux_core.accounts import SharedGovernor, open_platform
from adflux_core.advertising import Allowance, PlatformName, Usage
from adflux_core.errors import DatabaseRefusedError, DatabaseUnavailableError, ThrottledError
from adflux_core.platforms.meta.adapter import MetaPlatform
from adflux_core.publication.converge import Outcome, converge
from adflux_core.settings import settings
from sandbox.server import Sandbox

POINTS = {"GET": 1, "POST": 3}
READ_UNTIL_REFUSED = """
from adflux_core.accounts import open_platform
from adflux_core.advertising import PlatformName
from adflux_core.errors import ThrottledError

meta, calls = open_platform(PlatformName.META), 0
try:
    while True:
        meta.account()
        calls += 1
except ThrottledError:
    print(calls)
"""


@pytest.fixture
def limited(world: Sandbox) -> Sandbox:
    """A world whose account is in the small tier: 60 points in five minutes, 300 calls an hour."""
    world.control("POST", "tier", {"tier": "limited"})
    return world


def spent(world: Sandbox) -> int:
    """The points of all calls so far, none of which was refused."""
    calls = world.control("GET", "calls")["calls"]
    assert [call for call in calls if call["status"] != 200] == []
    return sum(POINTS[call["method"]] for call in calls)


def in_processes(count: int) -> Sequence[int]:
    """So many processes read side by side until there is no room; the calls each got through."""
    running = [
        subprocess.Popen([sys.executable, "-c", READ_UNTIL_REFUSED], stdout=subprocess.PIPE, text=True)
        for _ in range(count)
    ]
    return [int(process.communicate(timeout=60)[0]) for process in running]


def test_many_publications_at_once_are_never_throttled_and_all_finish(
    limited: Sandbox, database_url: str
) -> None:
    shared = SharedTime(limited)

    def one_pass(publication_id: int) -> Outcome | ThrottledError:
        try:
            return converge(publication_id, shared.open_platform, quiescence=QUIESCENCE)
        except ThrottledError as throttled:
            return throttled

    waiting, windows = ordered(8), 0
    with ThreadPoolExecutor(8) as pool:
        while waiting:
            before = spent(limited)
            ended = dict(zip(waiting, pool.map(one_pass, waiting), strict=True))
            windows += 1
            assert spent(limited) - before <= 60
            throttled = [end for end in ended.values() if isinstance(end, ThrottledError)]
            waiting = [one for one, end in ended.items() if isinstance(end, ThrottledError)]
            assert {end.state for end in ended.values() if isinstance(end, Outcome)} <= {"active"}
            shared.wait(max((end.retry_after or 0 for end in throttled), default=0))
    # 26 points each are four windows at the least; a pass that goes on later reads its tree again.
    assert 4 <= windows <= 12
    live = [thing for thing in limited.control("GET", "objects")["objects"] if thing["kind"] == "campaign"]
    assert [thing["status"] for thing in live] == ["ACTIVE"] * 8


def test_processes_share_one_allowance_to_the_last_point(limited: Sandbox, database_url: str) -> None:
    assert sum(in_processes(3)) == 60
    assert spent(limited) == 60


def test_a_throttle_that_one_process_sees_stops_the_others(world: Sandbox, database_url: str) -> None:
    shared = SharedTime(world)
    meta = shared.open_platform(PlatformName.META)
    throttle = {"kind": "graph_error", "code": 17, "subcode": 2446079, "http_status": 400}
    world.control("POST", "faults", {"method": "GET", "path": "act_", "times": 1, **throttle})
    with pytest.raises(ThrottledError):
        meta.account()
    assert in_processes(1) == [0]
    assert len(world.control("GET", "calls")["calls"]) == 1
    shared.wait(60)
    assert meta.account().external_id == world.meta_ad_account_id


def test_the_share_of_an_hour_is_never_used_up(limited: Sandbox, database_url: str) -> None:
    shared = SharedTime(limited)
    meta = shared.open_platform(PlatformName.META)
    started = shared.now()
    while shared.now() < started + 2 * 3600:
        try:
            meta.account()
        except ThrottledError as throttled:
            shared.wait(throttled.retry_after or 0)
    assert 450 <= spent(limited) <= 600  # 300 an hour are allowed


def test_what_others_spent_of_the_same_account_counts(limited: Sandbox, database_url: str) -> None:
    another_installation = MetaPlatform(settings(), Unhurried())
    for _ in range(40):
        another_installation.account()
    # One answer of ours tells it. Of calls under way while it is told, as many may be refused as there are.
    open_platform(PlatformName.META).account()
    assert sum(in_processes(2)) == 19
    assert spent(limited) == 60


@pytest.mark.parametrize("broken", ["no table", "no database"])
def test_an_allowance_that_cannot_be_read_is_none(
    world: Sandbox, database_url: str, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    meta = open_platform(PlatformName.META)
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        if broken == "no table":
            with database.connection() as connected:
                connected.execute(text("DROP TABLE adflux.account_rate"))
        else:
            monkeypatch.setenv("ADFLUX_DATABASE_URL", f"postgresql://127.0.0.1:{unused.getsockname()[1]}/x")
            settings.cache_clear()
        with pytest.raises((DatabaseRefusedError, DatabaseUnavailableError)):
            meta.account()
    assert world.control("GET", "calls")["calls"] == []


class Standing:
    """A clock that stands still, and what was waited for."""

    def __init__(self) -> None:
        self.at = 1_790_000_000.0
        self.waits: list[float] = []

    def governor(self) -> SharedGovernor:
        return SharedGovernor(PlatformName.META, now=lambda: self.at, wait=self._wait)

    def _wait(self, seconds: float) -> None:
        self.waits.append(round(seconds, 3))


class Passing(Standing):
    """A clock on which a wait takes exactly its time."""

    def _wait(self, seconds: float) -> None:
        super()._wait(seconds)
        self.at += seconds


def test_a_short_rest_is_waited_for_and_a_long_one_is_told(database_url: str) -> None:
    clock = Passing()
    governor = clock.governor()
    room = governor.ask("act_1", 1, writing=False)
    governor.note("act_1", room, Usage(blocked_for=3))
    clock.governor().ask("act_1", 1, writing=False)
    assert clock.waits == [3.0]
    governor.note("act_1", room, Usage(blocked_for=90))
    with pytest.raises(ThrottledError) as throttled:
        clock.governor().ask("act_1", 1, writing=False)
    assert throttled.value.retry_after == 90.0
    assert throttled.value.retriable
    assert clock.waits == [3.0]
    clock.governor().ask("act_2", 1, writing=False)  # another account is another matter


def test_changes_leave_a_hundred_a_second_whoever_makes_them(database_url: str) -> None:
    clock = Standing()
    for governor in (clock.governor(), clock.governor()):
        for _ in range(3):
            governor.ask("act_1", 3, writing=True)
            governor.ask("act_1", 1, writing=False)
    assert clock.waits == [0.01, 0.02, 0.03, 0.04, 0.05]


def test_room_returns_five_minutes_after_it_was_taken(database_url: str) -> None:
    clock = Passing()
    governor = clock.governor()
    for _ in range(20):
        governor.ask("act_1", 3, writing=True)
    with pytest.raises(ThrottledError) as throttled:
        governor.ask("act_1", 1, writing=False)
    assert 300 <= (throttled.value.retry_after or 0) <= 320
    clock.at += 299
    with pytest.raises(ThrottledError):
        governor.ask("act_1", 1, writing=False)
    clock.at += 21
    assert governor.ask("act_1", 1, writing=False).score == 1


def test_a_better_tier_is_believed_when_it_is_told(database_url: str) -> None:
    governor = Standing().governor()
    room = governor.ask("act_1", 60, writing=False)
    governor.note("act_1", room, Usage(allowance=Allowance(points=9000, hourly_calls=100_000)))
    assert governor.ask("act_1", 61, writing=False).score == 121


def test_nearly_used_up_means_one_by_one(database_url: str) -> None:
    clock = Passing()
    governor = clock.governor()
    room = governor.ask("act_1", 1, writing=False)
    governor.note("act_1", room, Usage(used=75))
    room = governor.ask("act_1", 1, writing=False)
    with pytest.raises(ThrottledError) as throttled:
        governor.ask("act_1", 1, writing=False)
    assert throttled.value.retry_after == 48.0  # a quarter of 300 calls for an hour
    clock.at += 48
    governor.note("act_1", governor.ask("act_1", 1, writing=False), Usage(used=74))
    clock.at += 48
    governor.ask("act_1", 1, writing=False)
    governor.ask("act_1", 1, writing=False)
    assert clock.waits == []
