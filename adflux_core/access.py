"""Who may do what: people, their roles, and the one table of which deed needs which role."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from adflux_core import database
from adflux_core.errors import InputError, NotAllowedError, RefusedError
from adflux_core.schema.access import Person
from adflux_core.schema.publication import Audit

# Whoever sits at the machine, where no login is configured.
LOCAL = "local"
_ADDRESS = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}")


class Role(StrEnum):
    """From the least to the most; each may do whatever those before it may."""

    VIEWER = "viewer"
    ANALYST = "analyst"
    APPROVER = "approver"
    ADMIN = "admin"

    def reaches(self, needed: Role) -> bool:
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(needed)


# Everything the dashboard does or shows. What is not named here, nobody may.
NEEDS: Mapping[str, Role] = MappingProxyType(
    {
        "look": Role.VIEWER,
        "look at runs": Role.ANALYST,
        "look at approvals": Role.ANALYST,
        "look at new campaign": Role.ANALYST,
        "look at settings": Role.ANALYST,
        "look at people": Role.ADMIN,
        # What comes in, and what is worked out from it.
        "start import-postings": Role.ANALYST,
        "start import-candidates": Role.ANALYST,
        "start import-applications": Role.ANALYST,
        "start generate-creatives": Role.ANALYST,
        "start plan-campaign": Role.ANALYST,
        "start simulate-data": Role.ANALYST,
        "start segment-candidates": Role.ANALYST,
        "start nightly": Role.ANALYST,
        "start sync-metrics": Role.ANALYST,
        "start report-metrics": Role.ANALYST,
        "start examine-installation": Role.ANALYST,
        # What spends money, or changes something on a platform.
        "start publish-campaign": Role.APPROVER,
        "start converge-campaigns": Role.APPROVER,
        "start sync-audiences": Role.APPROVER,
        "pause campaign": Role.APPROVER,
        "resume campaign": Role.APPROVER,
        "close campaign": Role.APPROVER,
        "approve plan": Role.APPROVER,
        "refuse plan": Role.APPROVER,
        "edit creative": Role.ANALYST,
        "choose image": Role.ANALYST,
        "approve creative": Role.APPROVER,
        "withdraw creative": Role.APPROVER,
        "rename segment": Role.ANALYST,
        "acknowledge alert": Role.ANALYST,
        "start drop-expired": Role.ADMIN,
        "grant role": Role.ADMIN,
        "revoke role": Role.ADMIN,
    }
)


def role_of(account: str) -> Role | None:
    """The role as the database has it at this moment; None: this account may do nothing."""
    with database.transaction() as session:
        return _role(session, account)


def allows(role: Role | None, deed: str) -> bool:
    """Whether this role may do that. A deed that nobody has named is refused to all."""
    return role is not None and deed in NEEDS and role.reaches(NEEDS[deed])


def check(account: str, deed: str) -> Role:
    """The role of whoever is about to do this. Raises NotAllowedError, and keeps the attempt in the audit."""
    with database.transaction() as session:
        role = _role(session, account)
        if role is not None and allows(role, deed):
            return role
        session.add(Audit(actor=account, action="not allowed", detail={"deed": deed, "role": role}))
    needs = NEEDS.get(deed)
    who = f"{account} is {role}" if role else f"{account} has no role here"
    raise NotAllowedError(
        f"{who}, and `{deed}` needs {needs or 'a role that does not exist'}: an admin grants it with "
        "`adflux grant`",
        role or "",
        needs or "",
    )


def record_start(account: str, flow: str, key: str) -> None:
    """Keep in the audit that this person asked for a run; of the same `key` once."""
    with database.transaction() as session:
        asked = {"flow": flow, "key": key}
        there = select(Audit.id).where(Audit.action == "start", Audit.detail["key"].astext == key)
        if session.scalars(there.limit(1)).first() is None:
            session.add(Audit(actor=account, action="start", detail=asked))


def who_started(flow: str, key: str) -> str | None:
    """Who asked for the run of that `key`; None: nobody whom the dashboard knows."""
    with database.transaction() as session:
        asked = select(Audit.actor).where(
            Audit.action == "start",
            Audit.detail["key"].astext == key,
            Audit.detail["flow"].astext == flow,  # the key of other work says nothing of this
        )
        return session.scalars(asked.order_by(Audit.id).limit(1)).first()


def people() -> list[Person]:
    """Everybody who has or had a role, the active ones first."""
    with database.transaction() as session:
        return list(session.scalars(select(Person).order_by(Person.active.desc(), Person.account)))


def grant(account: str, role: Role, by: str) -> Person:
    """Give somebody this role, whatever they had. Raises InputError on what is no e-mail address,
    RefusedError when nobody would be left who can grant.
    """
    account = account.strip().lower()
    if account != LOCAL and not _ADDRESS.fullmatch(account):
        raise InputError(f"{account!r} is no e-mail address: give the one they log in with")
    with database.transaction() as session:
        _one_at_a_time(session)
        person = session.get(Person, account) or Person(account=account)
        if person.active and person.role == role:
            return person
        if role is not Role.ADMIN:
            _keep_an_admin(session, person)
        detail = {"account": account, "role": role, "was": person.role if person.active else None}
        person.role, person.active, person.granted_by = role, True, by
        person.since = session.scalars(select(func.now())).one()
        session.add_all([person, Audit(actor=by, action="grant role", detail=detail)])
        return person


def revoke(account: str, by: str) -> Person:
    """Take somebody's role away. Raises InputError when there is none, RefusedError on the last admin."""
    account = account.strip().lower()
    with database.transaction() as session:
        _one_at_a_time(session)
        person = session.get(Person, account)
        if person is None or not person.active:
            raise InputError(f"{account} has no role: see `adflux people`")
        _keep_an_admin(session, person)
        person.active, person.granted_by = False, by
        person.since = session.scalars(select(func.now())).one()
        detail = {"account": account, "was": person.role}
        session.add(Audit(actor=by, action="revoke role", detail=detail))
        return person


def _role(session: Session, account: str) -> Role | None:
    found = session.scalars(
        select(Person.role).where(Person.account == account.lower(), Person.active)
    ).one_or_none()
    return None if found is None else Role(found)


def _one_at_a_time(session: Session) -> None:
    # Two admins who revoke each other at once would leave nobody.
    session.execute(text("SELECT pg_advisory_xact_lock(hashtext('adflux.person'))"))


def _keep_an_admin(session: Session, person: Person) -> None:
    """Raises RefusedError when this is the last admin who logs in: the local account does not."""
    if person.account == LOCAL or not person.active or person.role != Role.ADMIN:
        return
    others = select(func.count()).where(
        Person.role == Role.ADMIN, Person.active, Person.account.not_in((LOCAL, person.account))
    )
    if not session.scalars(others).one():
        raise RefusedError(f"{person.account} is the last admin: grant that to somebody else first")
