"""Work that workers share, through a real Prefect: ordered once, found again, done by whoever has room."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from prefect import flow
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.states import Completed, Crashed, Failed, Pending, Running, State

from adflux_core.errors import InputError
from tasks import sharing
from tasks.sharing import Part, share

pytestmark = pytest.mark.whole


@pytest.fixture
def server(prefect: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[SyncPrefectClient]:
    """With a deployment whose runs no worker takes; and whoever shares is a worker's run itself."""
    with get_client(sync_client=True) as client:
        made = client.create_deployment(client.create_flow_from_name("read"), "night")
        monkeypatch.setenv("PREFECT__RUNTIME__DEPLOYMENT__ID", str(made))
        yield client
        client.delete_deployment(made)


def left_by_an_earlier_try(server: SyncPrefectClient, key: str, *states: State[None]) -> UUID:
    deployment = server.read_deployment_by_name("read/night")
    run = server.create_flow_run_from_deployment(deployment.id, tags=[key], idempotency_key=f"{key} 0")
    told(server, run.id, *states)
    return run.id


def told(server: SyncPrefectClient, run_id: UUID, *states: State[None]) -> None:
    for state in states:
        server.set_flow_run_state(run_id, state, force=True)


def runs_of(server: SyncPrefectClient) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    deployment = server.read_deployment_by_name("read/night")
    for run in server.read_flow_runs():
        if run.deployment_id == deployment.id:
            found.setdefault(run.tags[0], []).append(str(run.state_name))
    return {key: sorted(states) for key, states in found.items()}


def noting() -> tuple[list[str], Callable[..., None]]:
    done: list[str] = []

    def here(account: str) -> None:
        done.append(account)

    return done, here


@flow
def whole(*, keys: list[str], here: object) -> list[str]:
    assert callable(here)
    return share("read/night", [Part(key, {"account": key}) for key in keys], here)


def test_what_no_worker_takes_is_done_by_whoever_ordered_it(server: SyncPrefectClient) -> None:
    """With one place for runs in all, its own: waiting for a worker would be waiting for ever."""
    done: list[str] = []

    def here(account: str) -> None:
        done.append(account)
        if account == "one":
            raise InputError("one cannot be read")

    assert whole(keys=["one", "two", "three"], here=here) == ["one cannot be read"]
    assert sorted(done) == ["one", "three", "two"]
    assert runs_of(server) == {key: ["Cancelled"] for key in done}


def test_the_next_try_finds_what_an_earlier_one_left(server: SyncPrefectClient) -> None:
    crashing = left_by_an_earlier_try(server, "crashing", Pending(), Running())
    going_on = left_by_an_earlier_try(server, "going on", Pending(), Running())
    left_by_an_earlier_try(server, "failed", Pending(), Running(), Failed(message="no token"))
    refused = left_by_an_earlier_try(server, "refused", Pending(), Running())
    done: list[str] = []

    def here(account: str) -> None:
        done.append(account)
        if account == "failed":  # another worker's runs come to their ends meanwhile
            told(server, crashing, Crashed())
            told(server, going_on, Completed())
            told(server, refused, Failed(message="the platform said no"))

    failures = whole(keys=["failed", "crashing", "going on", "refused"], here=here)
    assert failures == ["refused: the platform said no"]
    assert done == ["failed", "crashing"]
    assert runs_of(server) == {
        "failed": ["Cancelled", "Failed"],
        "crashing": ["Cancelled", "Crashed"],
        "going on": ["Completed"],
        "refused": ["Failed"],
    }


def test_what_a_worker_took_and_never_started_is_done_again(
    server: SyncPrefectClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "LOST_AFTER", 0.0)
    left_by_an_earlier_try(server, "lost", Pending())
    done, here = noting()
    assert whole(keys=["lost", "other"], here=here) == []
    assert sorted(done) == ["lost", "other"]
    assert runs_of(server) == {"lost": ["Cancelled", "Crashed"], "other": ["Cancelled"]}


def test_outside_of_a_worker_nothing_is_ordered(
    server: SyncPrefectClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PREFECT__RUNTIME__DEPLOYMENT__ID")
    done, here = noting()
    assert whole(keys=["one", "two"], here=here) == []
    assert done == ["one", "two"]
    assert runs_of(server) == {}
