"""Who is in an audience, as hashes. Follows Meta's "Customer File Custom Audiences" page."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sandbox.meta.errors import bad_parameter, missing, refused
from sandbox.meta.parameters import signature
from sandbox.meta.state import Account, Node
from sandbox.web import Request

MOST_AT_ONCE = 10_000
MOST_SAMPLES = 100
SESSION_LASTS = timedelta(minutes=90)
SCHEMAS = ("EMAIL_SHA256", "PHONE_SHA256")
HASH = re.compile(r"[0-9a-f]{64}")
SESSION_KEYS = {"session_id", "batch_seq", "last_batch_flag", "estimated_num_total"}
LEAST_TOLD = 1_000  # a smaller audience says -1, so that nobody can be told apart in it


@dataclass
class Session:
    """One upload. A batch that was received is known by its number and counts once."""

    method: str
    opened: datetime
    batches: dict[int, int] = field(default_factory=dict)  # how many users each had
    invalid: int = 0
    ended: bool = False


@dataclass
class Members:
    """Of one audience; a set, so that whoever is put in twice is in it once."""

    hashes: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    sessions: dict[int, Session] = field(default_factory=dict)

    @property
    def people(self) -> int:
        return max((len(hashes) for hashes in self.hashes.values()), default=0)


def receive(account: Account, node: Node, request: Request) -> dict[str, Any]:
    """Put hashes in (POST) or take them out (DELETE)."""
    method = "delete_users" if request.method == "DELETE" else "create_user"
    given = signature("CustomAudience", method).decode(request.params, account.clock.zone)
    schema, rows = _payload(given.get("payload"))
    session_id, sequence, last = _session_keys(given.get("session"))
    members = members_of(account, node)
    session = members.sessions.setdefault(session_id, Session(request.method, account.clock.now))
    good = [row for row in rows if HASH.fullmatch(row)]
    if sequence not in session.batches:
        _check_order(account, session, request.method, sequence)
        session.batches[sequence] = len(rows)
        session.invalid += len(rows) - len(good)
        session.ended = last
        if request.method == "DELETE":
            members.hashes[schema].difference_update(good)
        else:
            members.hashes[schema].update(good)
    return {
        "audience_id": node.id,
        "session_id": str(session_id),
        "num_received": sum(session.batches.values()),
        "num_invalid_entries": session.invalid,
        "invalid_entry_samples": [row for row in rows if not HASH.fullmatch(row)][:MOST_SAMPLES],
    }


def counted(account: Account, node: Node) -> int:
    """What Meta tells of an audience's size: rounded, and nothing of a small one."""
    people = members_of(account, node).people
    return people // 100 * 100 if people >= LEAST_TOLD else -1


def members_of(account: Account, node: Node) -> Members:
    members: Members = account.audiences.setdefault(node.id, Members())
    return members


def _payload(payload: Any) -> tuple[str, list[str]]:
    if payload is None:
        raise missing("payload")
    if not isinstance(payload, dict) or set(payload) != {"schema", "data"}:
        raise bad_parameter("Param payload must have schema and data, and here nothing else.", "payload")
    schema, data = payload["schema"], payload["data"]
    if schema not in SCHEMAS:
        raise bad_parameter(f"This sandbox takes the schemas {', '.join(SCHEMAS)} only.", "payload")
    if not isinstance(data, list) or not data:
        raise bad_parameter("Param payload[data] must be a non-empty array.", "payload")
    if len(data) > MOST_AT_ONCE:
        raise refused("Too Many Users", f"A request takes at most {MOST_AT_ONCE} users.", blame=("payload",))
    if not all(isinstance(row, list) and len(row) == 1 and isinstance(row[0], str) for row in data):
        raise bad_parameter("Param payload[data] must be an array of arrays of one hash.", "payload")
    return schema, [row[0] for row in data]


def _session_keys(session: Any) -> tuple[int, int, bool]:
    if session is None:
        raise missing("session")
    if not isinstance(session, dict) or set(session) - SESSION_KEYS:
        raise bad_parameter(f"Param session must have {', '.join(sorted(SESSION_KEYS))}.", "session")
    session_id, sequence = session.get("session_id"), session.get("batch_seq")
    for name, number in (("session_id", session_id), ("batch_seq", sequence)):
        if not isinstance(number, int) or isinstance(number, bool) or not 0 < number < 2**63:
            raise bad_parameter(f"Param session[{name}] must be a positive 64-bit integer.", "session")
    last = session.get("last_batch_flag")
    if not isinstance(last, bool):
        raise bad_parameter("Param session[last_batch_flag] must be a boolean.", "session")
    assert isinstance(session_id, int)
    assert isinstance(sequence, int)
    return session_id, sequence, last


def _check_order(account: Account, session: Session, method: str, sequence: int) -> None:
    if session.method != method:
        raise refused("Session In Use", "This session_id was used for another upload.", blame=("session",))
    if session.ended or account.clock.now - session.opened > SESSION_LASTS:
        raise refused("Session Has Ended", "This session takes no further batches.", blame=("session",))
    if sequence != len(session.batches) + 1:
        due = len(session.batches) + 1
        raise refused("Batch Out Of Order", f"The next batch_seq is {due}.", blame=("session",))
