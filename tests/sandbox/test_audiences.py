"""Users of an audience: what is taken, what is refused, and that a batch counts once."""

from hashlib import sha256
from typing import Any

import pytest

ANA = sha256(b"ana@example.com").hexdigest()
BEA = sha256(b"bea@example.com").hexdigest()


@pytest.fixture
def audience(client: Any) -> str:
    values = {"name": "own", "subtype": "CUSTOM", "customer_file_source": "USER_PROVIDED_ONLY"}
    return str(client.post("act/customaudiences", **values)["id"])


def users(**changes: Any) -> dict[str, Any]:
    session = {"session_id": 7, "batch_seq": 1, "last_batch_flag": True}
    return {"payload": {"schema": "EMAIL_SHA256", "data": [[ANA]]}, "session": session} | changes


def session(number: int, *, last: bool, session_id: int = 7) -> dict[str, Any]:
    return {"session_id": session_id, "batch_seq": number, "last_batch_flag": last}


def data(*hashes: str, schema: str = "EMAIL_SHA256") -> dict[str, Any]:
    return {"schema": schema, "data": [[one] for one in hashes]}


def kept(client: Any, audience: str) -> set[str]:
    return set(client.world.account.audiences[audience].hashes["EMAIL_SHA256"])


def test_a_batch_sent_again_counts_once(client: Any, audience: str) -> None:
    for _ in range(2):
        client.post(f"{audience}/users", **users(session=session(1, last=False)))
    reply = client.post(
        f"{audience}/users", **users(session=session(2, last=True), payload=data(BEA, "b@example.com"))
    )
    assert (reply["num_received"], reply["num_invalid_entries"]) == (3, 1)
    assert reply["invalid_entry_samples"] == ["b@example.com"]
    assert kept(client, audience) == {ANA, BEA}
    out = users(session=session(1, last=True, session_id=8))
    assert client.call("DELETE", f"{audience}/users", **out).json()["num_received"] == 1
    assert kept(client, audience) == {BEA}


@pytest.mark.parametrize(
    "changes",
    [
        {"payload": None},
        {"session": None},
        {"payload": {"schema": "EMAIL", "data": [[ANA]]}},
        {"payload": {"schema": "EMAIL_SHA256", "data": []}},
        {"payload": {"schema": "EMAIL_SHA256", "data": [ANA]}},
        {"payload": data(*[ANA] * 10_001)},
        {"payload": data(ANA) | {"is_raw": True}},
        {"session": {"session_id": 0, "batch_seq": 1, "last_batch_flag": True}},
        {"session": {"session_id": 7, "batch_seq": 2, "last_batch_flag": True}},
        {"session": {"session_id": 7, "batch_seq": 1}},
        {"bogus": 1},
    ],
)
def test_an_upload_is_refused(client: Any, audience: str, changes: dict[str, Any]) -> None:
    given = {name: value for name, value in users(**changes).items() if value is not None}
    assert client.refused("POST", f"{audience}/users", **given)["code"] == 100
    assert audience not in client.world.account.audiences or not kept(client, audience)


def test_a_session_ends_with_its_last_batch_and_after_ninety_minutes(client: Any, audience: str) -> None:
    client.post(f"{audience}/users", **users())
    late = users(session=session(2, last=True))
    assert client.refused("POST", f"{audience}/users", **late)["error_user_title"] == "Session Has Ended"
    client.post(f"{audience}/users", **users(session=session(1, last=False, session_id=9)))
    client.days(1)
    late = users(session=session(2, last=True, session_id=9))
    assert client.refused("POST", f"{audience}/users", **late)["error_user_title"] == "Session Has Ended"


def test_a_small_audience_says_no_size(client: Any, audience: str) -> None:
    fields = "approximate_count_lower_bound,approximate_count_upper_bound"
    hashes = [sha256(str(n).encode()).hexdigest() for n in range(1_250)]
    assert client.get(audience, fields=fields)["approximate_count_lower_bound"] == -1
    client.post(f"{audience}/users", **users(payload=data(*hashes)))
    assert client.get(audience, fields=fields)["approximate_count_upper_bound"] == 1_200
