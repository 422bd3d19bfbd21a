"""Everything a page can do to the world, each allowed by the database at that moment, and on record."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, TypeVar
from uuid import UUID

from adflux_core import access
from adflux_core.access import Role
from adflux_core.advertising import DesiredState
from adflux_core.alerts import raising
from adflux_core.campaigns import approval, drafting
from adflux_core.creative import images, reviewing
from adflux_core.creative.words import Words
from adflux_core.errors import AdfluxError
from adflux_core.publication import orders
from adflux_core.segmentation import renaming
from dashboard import reads, runs, session
from dashboard.runs import Deployment

# What pages ask for, in the words of whoever checks it.
PICTURE_ASKED = images.ASKED_IN_WORDS
LONGEST_REASON = approval.LONGEST_REASON
LONGEST_DAYS = drafting.LONGEST_DAYS
UNKNOWN_AUTHOR = approval.UNKNOWN_AUTHOR
LONGEST_NAME, LONGEST_DESCRIPTION = renaming.LONGEST_NAME, renaming.LONGEST_DESCRIPTION
WISHES = orders.WISHES
CONVERGE = "converge-campaigns/on-demand"
PLAN, PUBLISH = "plan-campaign/on-demand", "publish-campaign/on-demand"
# What can be asked of a campaign, and what is wanted of it then.
WANTED = MappingProxyType(
    {
        "pause campaign": DesiredState.PAUSED,
        "resume campaign": DesiredState.ACTIVE,
        "close campaign": DesiredState.CLOSED,
    }
)

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Wish:
    """What holds of a campaign now, who asked for that, and the run that makes it true.

    `run` is None when Prefect could not be asked, and `why` says so: the next repair does it.
    """

    id: int
    at: datetime
    actor: str
    action: str
    run: UUID | None
    why: str


def start(deployment: Deployment, parameters: Mapping[str, Any], key: str) -> UUID:
    """Start a run, or find the one this `key` already started. Raises InputError when Prefect refuses."""

    def ask(account: str) -> UUID:
        access.record_start(account, deployment.flow, key)
        return runs.start(deployment.id, parameters, key)

    return _do(f"start {deployment.flow}", ask)


def start_named(name: str, parameters: Mapping[str, Any], key: str) -> UUID:
    """The same for a deployment by its name."""
    flow = name.partition("/")[0]

    def ask(account: str) -> UUID:
        access.record_start(account, flow, key)
        return runs.start_named(name, parameters, key)

    return _do(f"start {flow}", ask)


def key_of(form: str, name: str, parameters: Mapping[str, Any]) -> str:
    """One form, one answer, one key: however often its button is pressed, Prefect starts one run."""
    asked = json.dumps(parameters, sort_keys=True)
    return f"dashboard-{form}-{hashlib.sha256(f'{name}/{asked}'.encode()).hexdigest()[:16]}"


def ask_of_campaign(deed: str, publication_id: int, seen: int) -> Wish:
    """One of `WANTED`, unless the newest wish is no longer the one that was `seen`: then that one stands."""

    def ask(account: str) -> Wish:
        line = orders.desire(publication_id, WANTED[deed], account, seen)
        run, why = None, ""
        try:
            run = runs.start_named(CONVERGE, {"publication_id": publication_id}, f"wish-{line.id}")
        except AdfluxError as error:
            why = str(error)
        return Wish(line.id, line.at, line.actor, line.action, run, why)

    return _do(deed, ask)


def edit_creative(creative_id: int, words: Words) -> int:
    return _do("edit creative", lambda account: reviewing.edit_creative(creative_id, words, account))


def choose_image(creative_id: int, picture: bytes) -> int:
    return _do(
        "choose image",
        lambda account: reviewing.choose_image(creative_id, images.add_image(picture, account), account),
    )


def approve_creative(creative_id: int) -> None:
    _do("approve creative", lambda account: reviewing.approve_creative(creative_id, account))


def withdraw_creative(creative_id: int) -> None:
    _do("withdraw creative", lambda account: reviewing.withdraw_creative(creative_id, account))


def rename_segment(segment_id: int, texts: Mapping[str, str]) -> None:
    """`texts`: name_es, name_en, description_es, description_en."""
    _do("rename segment", lambda account: renaming.rename_segment(segment_id, **texts, user=account))


def approve_plan(plan_id: int) -> None:
    _do("approve plan", lambda account: approval.approve_plan(plan_id, account))


def refuse_plan(plan_id: int, reason: str) -> None:
    _do("refuse plan", lambda account: approval.refuse_plan(plan_id, account, reason))


def acknowledge_alert(alert_id: int) -> str:
    """Take it on; who has: of two people the first."""
    taken = _do("acknowledge alert", lambda account: raising.acknowledge(alert_id, account))
    return taken.acknowledged_by or ""


def grant_role(account: str, role: Role) -> None:
    _do("grant role", lambda admin: access.grant(account, role, admin))


def revoke_role(account: str) -> None:
    _do("revoke role", lambda admin: access.revoke(account, admin))


def _do(deed: str, act: Callable[[str], Answer]) -> Answer:
    """The one way in. Raises NotAllowedError; what was kept of earlier answers is asked anew afterwards."""
    account = session.account()
    access.check(account, deed)
    done = act(account)
    reads.forget()
    return done
