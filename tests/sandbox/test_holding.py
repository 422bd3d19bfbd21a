"""A held call can be seen, let go or lost, and its deed does not depend on its client."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
import requests

from sandbox.faults import FaultError


def campaigns(client: Any) -> list[str]:
    return [row["id"] for row in client.get("act/campaigns", limit=100)["data"]]


def until(condition: Callable[[], Any]) -> Any:
    for _ in range(1000):
        if found := condition():
            return found
        threading.Event().wait(0.01)
    pytest.fail(f"never: {condition}")


def held(client: Any) -> list[int]:
    return list(client.world.control("GET", "held")["held"])


def give_up(client: Any) -> None:
    """Ask for a campaign and be gone before the answer."""
    with pytest.raises(requests.ReadTimeout):
        client.raw.post(
            client.url("act/campaigns"),
            params=client.access,
            data={
                "name": "campaign",
                "objective": "OUTCOME_TRAFFIC",
                "special_ad_categories": '["EMPLOYMENT"]',
                "special_ad_category_country": '["CO"]',
                "is_adset_budget_sharing_enabled": "false",
                "status": "PAUSED",
            },
            timeout=0.2,
        )


@pytest.mark.parametrize("after_commit", [False, True])
@pytest.mark.parametrize("lost", [False, True])
def test_a_held_call_is_let_go_or_lost(client: Any, after_commit: bool, lost: bool) -> None:
    client.fault("hold", method="POST", path="/campaigns$", after_commit=after_commit)
    give_up(client)
    (index,) = until(lambda: held(client))
    (call,) = client.world.control("GET", "calls", {"since_index": index})["calls"]
    assert (call["method"], call["fault"], call["status"]) == ("POST", "hold", None)
    assert len(campaigns(client)) == after_commit
    assert client.world.control("POST", "release", {"lost": lost}) == {"released": [index]}
    assert held(client) == []
    expected = 1 if after_commit or not lost else 0
    until(lambda: len(campaigns(client)) == expected)


def test_a_client_that_waits_gets_its_answer_or_a_closed_connection(client: Any) -> None:
    for lost in (False, True):
        client.fault("hold", method="POST")
        answers: list[Any] = []

        def ask(answers: list[Any] = answers) -> None:
            try:
                answers.append(client.call("POST", "act/campaigns", **client.campaign_values()).status_code)
            except requests.ConnectionError:
                answers.append("closed")

        asking = threading.Thread(target=ask)
        asking.start()
        until(lambda: held(client))
        client.world.control("POST", "release", {"lost": lost})
        asking.join()
        assert answers == ["closed" if lost else 200]
    assert len(campaigns(client)) == 1


def test_the_first_ones_may_go_well(client: Any) -> None:
    client.fault("plain_500", method="POST", path="campaigns$", skip=2)
    values = client.campaign_values()
    assert [client.call("POST", "act/campaigns", **values).status_code for _ in range(4)] == [
        *(200, 200, 500, 200)
    ]
    with pytest.raises(FaultError, match="skip must be"):
        client.fault("plain_500", skip=-1)


def test_one_is_let_go_and_the_other_stays(client: Any) -> None:
    client.fault("hold", method="POST", times=2)
    give_up(client)
    give_up(client)
    first, second = until(lambda: found if len(found := held(client)) == 2 else None)
    assert client.world.control("POST", "release", {"index": second}) == {"released": [second]}
    until(lambda: campaigns(client))
    assert held(client) == [first]
    assert client.world.control("POST", "release", {"index": second}) == {"released": []}


def test_the_world_ends_although_a_call_is_held(client: Any) -> None:
    client.fault("hold", method="POST")
    give_up(client)
    until(lambda: held(client))
    client.world.stop()
    assert client.world.holds.waiting() == []
    assert client.world.holds.wait(client.world.calls.begin("GET", "me", {}, in_batch=False)) is False


def test_release_takes_a_word_it_knows(client: Any) -> None:
    with pytest.raises(TypeError, match="lost must be"):
        client.world.control("POST", "release", {"lost": "perhaps"})
