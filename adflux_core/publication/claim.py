"""One worker's hold on one publication: an advisory lock while it lives, an epoch in case it does not.

Every write below is its own commit, on the connection that holds the lock, and carries the epoch: whoever
lost the connection lost the right to write with it. A process that was stopped and wakes up after another
took over finds the epoch moved on, and can no longer write.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, func, insert, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from adflux_core import database
from adflux_core.advertising import CampaignPlan, DesiredState, Node, PlatformName, RemoteObject
from adflux_core.errors import AdfluxError, InputError
from adflux_core.log import about
from adflux_core.publication import kill_switch, reserving
from adflux_core.schema.publication import (
    AdAccount,
    Approval,
    Audit,
    Orphan,
    Plan,
    PlanItem,
    PlatformObject,
    Publication,
)

LOCK_SPACE = 4_067  # the first key of our advisory locks; the second is the publication's id


class FencedError(AdfluxError):
    """Another worker took this publication over; whatever we were about to write is no longer ours to say."""

    retriable = False


class Claim:
    """What the holder of a publication may read and write."""

    def __init__(
        self,
        connection: Connection,
        publication: Publication,
        item: PlanItem,
        objects: Sequence[PlatformObject],
        desired: DesiredState,
    ) -> None:
        self.publication_id = publication.id
        self.platform = PlatformName(publication.platform)
        self.desired = desired
        self.state = publication.state
        self.plan = CampaignPlan.model_validate_json(item.spec)
        self.changing = publication.changing
        self.objects = {(node.kind, node.ordinal): node for node in objects}
        self._connection = connection
        self._item = item
        self._epoch = publication.epoch
        self._spec_hash = publication.spec_hash

    @property
    def tokens(self) -> dict[tuple[str, int], str]:
        return {key: node.token for key, node in self.objects.items()}

    @property
    def bound(self) -> dict[str, str]:
        """External ids by kind, of what exists."""
        return {
            node.kind: node.external_id
            for node in self.objects.values()
            if node.external_id is not None and node.state != "GONE"
        }

    def intend(self, nodes: Sequence[Node], at: datetime, request_hash: str) -> None:
        """Commit that these are about to be asked for, and the money with it, before the socket is touched.

        Raises RefusedError when the money would be beyond a cap.
        """
        with self._write() as session:
            self._reserve(session)
            for node in nodes:
                known = self.objects[node.key]
                self._set(
                    session,
                    node.key,
                    state="ATTEMPTED",
                    attempted_at=at,
                    request_hash=request_hash,
                    attempts=known.attempts + 1,  # nobody else counts: the epoch is ours
                )
            self._audit(session, "create", kinds=[node.kind for node in nodes], request=request_hash)

    def withdraw(self, nodes: Sequence[Node], why: str) -> None:
        """The platform refused: nothing was made, so there is nothing to doubt."""
        with self._write() as session:
            for node in nodes:
                self._set(session, node.key, state="PLANNED")
            self._audit(session, "refused", kinds=[node.kind for node in nodes], why=why)

    def bind(self, ids: Mapping[tuple[str, int], str], how: str) -> None:
        """These objects exist under these external ids; `how` is created or adopted."""
        with self._write() as session:
            for key, external_id in ids.items():
                self._set(session, key, state="BOUND", external_id=external_id)
            self._audit(session, how, ids={kind: external_id for (kind, _), external_id in ids.items()})

    def intend_change(self, node: Node, seen: Mapping[str, object]) -> None:
        """Commit that the node's budget is about to be changed, and reserve the larger of both."""
        with self._write() as session:
            self._reserve(session)
            self._audit(session, "send budget", kind=node.kind, was=dict(seen), becomes=dict(node.budget))

    def changed(self) -> None:
        """The platform shows the approved budget: only that stays reserved."""
        with self._write() as session:
            reserving.reserve(session, self.publication_id, self._item, exactly=True)
            session.execute(
                update(Publication).where(Publication.id == self.publication_id).values(changing=False)
            )
            self._audit(session, "budget changed", budget=str(self.plan.budget))
        self.changing = False

    def mark(self, key: tuple[str, int], state: str) -> None:
        """The object was seen to be VERIFIED, ACTIVE or GONE, or is not wanted any more: GONE."""
        self.mark_all([key], state)

    def mark_all(self, keys: Sequence[tuple[str, int]], state: str) -> None:
        """What `mark` says, of several at once and in one commit."""
        changed = [key for key in keys if self.objects[key].state != state]
        if changed:
            with self._write() as session:
                for key in changed:
                    self._set(session, key, state=state)
                    self._audit(session, state.lower(), kind=key[0])

    def orphan(self, extra: RemoteObject) -> None:
        """A second object with our token: the sweep will remove it."""
        with self._write() as session:
            session.merge(
                Orphan(
                    platform=self.platform,
                    external_id=extra.external_id,
                    kind=extra.kind,
                    name=extra.name,
                    action="seen",
                )
            )

    def may_activate(self) -> bool:
        """Whether an approval stands that is bound to exactly this plan. Raises RefusedError beyond a cap."""
        with self._write() as session:
            self._reserve(session)
            approved = session.scalar(
                select(func.count())
                .select_from(Publication)
                .join(Approval, Approval.id == Publication.approval_id)
                .join(Plan, (Plan.id == Publication.plan_id) & (Plan.id == Approval.plan_id))
                .where(Publication.id == self.publication_id, Approval.spec_hash == Plan.spec_hash)
            )
        return bool(approved) and self.plan.spec_hash() == self._spec_hash

    def still_desired(self, state: DesiredState) -> bool:
        """Whether nobody has asked for something else since the claim was taken."""
        with self._write() as session:
            return _desired(session, session.get_one(Publication, self.publication_id), self._item) is state

    def conclude(self, state: str, detail: str, effective_status: str, at: datetime) -> None:
        """What this pass found, for the screens."""
        with self._write() as session:
            session.execute(
                update(Publication)
                .where(Publication.id == self.publication_id)
                .values(state=state, detail=detail, effective_status=effective_status, converged_at=at)
            )
            if state == "closed" and self.state != "closed":
                today = at.astimezone(ZoneInfo(self._time_zone(session))).date()
                reserving.release(session, self.publication_id, self._item, today)
            if state != self.state:
                self._audit(session, f"is {state}", detail=detail)
        self.state = state

    @contextmanager
    def _write(self) -> Iterator[Session]:
        with _transaction(self._connection) as session:
            epoch = session.scalar(
                select(Publication.epoch).where(Publication.id == self.publication_id).with_for_update()
            )
            if epoch != self._epoch:
                raise FencedError(f"publication {self.publication_id} was taken over by another worker")
            yield session

    def _where(self, key: tuple[str, int]) -> tuple[ColumnElement[bool], ...]:
        return (
            PlatformObject.publication_id == self.publication_id,
            PlatformObject.kind == key[0],
            PlatformObject.ordinal == key[1],
        )

    def _set(self, session: Session, key: tuple[str, int], **values: object) -> None:
        session.execute(update(PlatformObject).where(*self._where(key)).values(**values))
        for name, value in values.items():
            setattr(self.objects[key], name, value)

    def _reserve(self, session: Session) -> None:
        if reserving.reserve(session, self.publication_id, self._item, exactly=False):
            self._audit(session, "reserve", budget=str(self.plan.budget))

    def _time_zone(self, session: Session) -> str:
        account = session.get_one(AdAccount, (self._item.platform, self._item.account_id))
        return account.time_zone

    def _audit(self, session: Session, action: str, **detail: object) -> None:
        entry = {"actor": "converge", "action": action, "publication_id": self.publication_id}
        session.execute(insert(Audit), entry | {"detail": detail})


@contextmanager
def claim(publication_id: int) -> Iterator[Claim | None]:
    """The publication, held until the end of the block; None while another worker holds it.

    Raises InputError on an unknown publication.
    """
    with database.speaking_plainly(), database.engine().connect() as connection:
        with connection.begin():  # the lock is the connection's, and outlives this
            locked = connection.scalar(select(func.pg_try_advisory_lock(LOCK_SPACE, publication_id)))
        if not locked:
            yield None
            return
        try:
            with about(publication_id=publication_id):
                yield _take(connection, publication_id)
        finally:
            # A connection that died took the lock along: nothing is left to give back, and whatever ended
            # the block is what there is to say.
            with suppress(DBAPIError), connection.begin():
                connection.execute(select(func.pg_advisory_unlock(LOCK_SPACE, publication_id)))


def _take(connection: Connection, publication_id: int) -> Claim:
    with _transaction(connection) as session:
        publication = session.get(Publication, publication_id, with_for_update=True)
        if publication is None:
            raise InputError(f"publication {publication_id} does not exist: see `adflux list publications`")
        publication.epoch += 1
        item = session.get_one(PlanItem, (publication.plan_id, publication.posting_id, publication.platform))
        objects = session.scalars(
            select(PlatformObject).where(PlatformObject.publication_id == publication_id)
        ).all()
        session.flush()
        taken = Claim(connection, publication, item, objects, _desired(session, publication, item))
        session.expunge_all()
        return taken


def _desired(session: Session, publication: Publication, item: PlanItem) -> DesiredState:
    """What is wished for this publication, and under the kill switch nothing runs."""
    wish = DesiredState(publication.desired_state)
    if wish is DesiredState.ACTIVE and kill_switch.thrown(session, item.account_id):
        return DesiredState.PAUSED
    return wish


@contextmanager
def _transaction(connection: Connection) -> Iterator[Session]:
    with database.speaking_plainly(), Session(connection, expire_on_commit=False) as session, session.begin():
        yield session
