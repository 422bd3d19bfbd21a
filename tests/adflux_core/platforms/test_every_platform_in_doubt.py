"""What every platform must do when calls fail: doubt is no second tree, and each failure has one name."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from conforming import QUIESCENCE, live, one_pass, opened, ordered, planned, running
from platform_world import LATE, PlatformWorld

from adflux_core.advertising import AdPlatform, Step
from adflux_core.errors import (
    AdfluxError,
    AmbiguousError,
    CredentialsError,
    NotFoundError,
    PlatformError,
    ThrottledError,
    UnavailableError,
    ValidationError,
)
from adflux_core.publication.sweep import sweep

# Errors.


@pytest.mark.parametrize("kind", ["drop_before_commit", "drop_after_commit"])
def test_a_lost_call_never_makes_a_second_tree(here: PlatformWorld, posting: int, kind: str) -> None:
    publication_id = ordered(here, posting)
    here.befall(here.creating, {"kind": kind})
    assert one_pass(publication_id).state == "doubtful"
    assert one_pass(publication_id, QUIESCENCE * 2).state == "active"
    assert len(here.campaigns()) == len(running(here)) == 1


def test_a_server_that_broke_is_doubt_and_not_failure(here: PlatformWorld, posting: int) -> None:
    publication_id = ordered(here, posting)
    here.befall(here.creating, {**here.broken, "after_commit": True})
    assert one_pass(publication_id).state == "doubtful"
    assert one_pass(publication_id).state == "active"  # it is there, and adopted at once
    assert len(here.campaigns()) == 1


def test_doubt_waits_for_the_quiescence_time(here: PlatformWorld, posting: int) -> None:
    publication_id = ordered(here, posting)
    here.befall(here.creating, {"kind": "drop_before_commit"})
    one_pass(publication_id)
    before = here.writes()
    assert one_pass(publication_id, QUIESCENCE / 2).state == "doubtful"
    assert here.writes() == before


def test_what_arrives_too_late_is_put_away(here: PlatformWorld, posting: int) -> None:
    publication_id = ordered(here, posting)
    here.befall(here.creating, {"kind": "late_commit", "seconds": LATE})
    one_pass(publication_id)
    assert one_pass(publication_id, QUIESCENCE * 2).state == "active"
    here.settle()
    for later in (QUIESCENCE * 2, QUIESCENCE * 4):
        moment = datetime.now(UTC) + later
        sweep(opened(here.name, later), quiescence=QUIESCENCE, now=lambda moment=moment: moment)
    (kept,) = running(here)
    assert [one.status for one in here.campaigns() if one != kept and not one.put_away] == []
    assert one_pass(publication_id, later).external_ids["campaign"] == kept.external_id


def _ending(here: PlatformWorld, call: Callable[[AdPlatform], object]) -> PlatformError:
    with pytest.raises(PlatformError) as ended:
        call(opened(here.name))
    return ended.value


def _create(steps: tuple[Step, ...]) -> Callable[[AdPlatform], object]:
    return lambda platform: platform.create(steps[0], {})


FATES = {
    "throttled": (ThrottledError, True),
    "revoked": (CredentialsError, False),
    "refused": (ValidationError, False),
    "broken": (AmbiguousError, False),
}


@pytest.mark.parametrize("fate", FATES)
def test_every_failure_of_a_write_has_one_name_and_says_whether_to_retry(
    here: PlatformWorld, posting: int, fate: str
) -> None:
    _, steps = planned(here, posting)
    here.befall(here.creating, getattr(here, fate), times=9)
    error = _ending(here, _create(steps))
    assert (type(error), error.retriable) == FATES[fate]
    if fate == "throttled":
        assert (error.retry_after or 0) > 0
    again = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))
    told = f"{error!s} {error!r} {vars(error)} {error.__cause__!r}"
    assert [one for one in here.secrets() if one in told] == []
    assert str(error).count("\n") == 0


def test_a_read_that_fails_changed_nothing_and_may_be_repeated(here: PlatformWorld, posting: int) -> None:
    external_id = live(here, posting).external_ids["campaign"]
    here.befall(here.reading, here.broken)
    error = _ending(here, lambda platform: platform.read("campaign", external_id))
    assert (type(error), error.retriable) == (UnavailableError, True)


def test_a_revoked_token_is_a_matter_for_a_person(here: PlatformWorld, database_url: str) -> None:
    here.befall(here.reading, here.revoked, times=9)
    error = _ending(here, lambda platform: platform.account())
    assert isinstance(error, CredentialsError)
    assert not error.retriable


def test_what_is_not_there_is_not_found(here: PlatformWorld, database_url: str) -> None:
    error = _ending(here, lambda platform: platform.read("campaign", here.gone()))
    assert isinstance(error, NotFoundError)


def test_a_server_that_is_gone_is_said_plainly(here: PlatformWorld, posting: int) -> None:
    opened(here.name).account()
    here.sandbox.stop()
    with pytest.raises(AdfluxError) as ended:
        opened(here.name).account()
    assert ended.value.retriable
    assert [one for one in here.secrets() if one in str(ended.value)] == []
