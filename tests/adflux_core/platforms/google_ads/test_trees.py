"""Publications that are looked at together cost one reading, and nobody is given an old one."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from google_plans import plan
from google_publications import calls

from adflux_core.advertising import DesiredState
from adflux_core.errors import NotFoundError, UnavailableError
from adflux_core.platforms.google_ads.adapter import GoogleAdsPlatform
from adflux_core.platforms.google_ads.client import Rows
from adflux_core.platforms.google_ads.compile import NODES
from adflux_core.platforms.google_ads.trees import Trees
from sandbox.server import Sandbox

Bound = dict[str, str]


def made(platform: GoogleAdsPlatform, number: int) -> Bound:
    tokens = {(kind, ordinal): f"[af:k:{kind}{number}]" for kind, ordinal in NODES}
    (step,) = platform.compile(plan(), tokens)
    return {kind: external_id for (kind, _), external_id in platform.create(step, {}).items()}


def test_readings_at_the_same_moment_are_one(google: Sandbox, platform: GoogleAdsPlatform) -> None:
    trees = [made(platform, number) for number in range(12)]
    google.control("POST", "latency", {"seconds": 0.05})
    before = len(calls(google, "SearchStream"))
    with ThreadPoolExecutor(12) as pool:
        seen = list(pool.map(platform.read_tree, trees))
    # One reading for the first, one for all who came meanwhile; a slow thread may need a third.
    assert len(calls(google, "SearchStream")) - before <= 12
    for tree, wanted in zip(seen, trees, strict=True):
        assert {kind: one.external_id for kind, one in tree.items()} == wanted
        assert tree["ad"].parents == {"ad_group": wanted["ad_group"]}


def test_nobody_is_given_what_was_read_before_asking(google: Sandbox, platform: GoogleAdsPlatform) -> None:
    """Each thread switches its own campaign and must see that, whoever reads."""
    trees = [made(platform, number) for number in range(8)]
    google.control("POST", "latency", {"seconds": 0.005})

    def switched(tree: Bound) -> list[DesiredState]:
        seen = []
        for status in (DesiredState.ACTIVE, DesiredState.PAUSED) * 3:
            platform.set_status("campaign", tree["campaign"], status)
            seen.append(platform.read_tree(tree)["campaign"].status)
        return seen

    with ThreadPoolExecutor(8) as pool:
        for seen in pool.map(switched, trees):
            assert seen == [DesiredState.ACTIVE, DesiredState.PAUSED] * 3


def test_what_is_gone_is_gone_for_the_one_who_asks_for_it(
    google: Sandbox, platform: GoogleAdsPlatform
) -> None:
    there, gone = made(platform, 1), made(platform, 2)
    platform.set_status("ad", gone["ad"], DesiredState.CLOSED)
    google.control("POST", "latency", {"seconds": 0.05})

    def look(tree: Bound) -> bool:
        try:
            return bool(platform.read_tree(tree))
        except NotFoundError:
            return False

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(look, [there, there, gone])) == [True, True, False]


def test_a_reading_that_fails_fails_for_all_who_joined_it_and_for_nobody_else() -> None:
    trees, started, go_on = Trees(), Event(), Event()

    def first(_gaql: str) -> Rows:
        started.set()
        go_on.wait(10)
        raise UnavailableError("broken", platform="google_ads")

    def second(_gaql: str) -> Rows:
        raise UnavailableError("broken, too", platform="google_ads")

    def failure(query: Callable[[str], Rows]) -> str:
        with pytest.raises(UnavailableError) as raised:
            trees.read(query, {"campaign": "1", "ad_group": "2", "ad": "2~3"})
        return str(raised.value)

    with ThreadPoolExecutor(4) as pool:
        leading = pool.submit(failure, first)
        assert started.wait(10)
        together = Barrier(4)
        joined = [pool.submit(lambda: (together.wait(10), failure(second))[1]) for _ in range(3)]
        together.wait(10)
        go_on.set()
        assert leading.result() == "broken"
        assert [one.result() for one in joined] == ["broken, too"] * 3
