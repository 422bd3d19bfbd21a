"""Everything a page can do to the world, each allowed by the database at that moment, and on record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from uuid import UUID

from adflux_core import access
from adflux_core.access import Role
from adflux_core.alerts import raising
from adflux_core.campaigns import approval
from adflux_core.creative import images, reviewing
from adflux_core.creative.words import Words
from adflux_core.segmentation import renaming
from dashboard import reads, runs, session
from dashboard.runs import Deployment

# What pages ask for, in the words of whoever checks it.
PICTURE_ASKED = images.ASKED_IN_WORDS
LONGEST_REASON = approval.LONGEST_REASON
LONGEST_NAME, LONGEST_DESCRIPTION = renaming.LONGEST_NAME, renaming.LONGEST_DESCRIPTION

Answer = TypeVar("Answer")


def start(deployment: Deployment, parameters: Mapping[str, Any], key: str) -> UUID:
    """Start a run, or find the one this `key` already started. Raises InputError when Prefect refuses."""

    def ask(account: str) -> UUID:
        access.record_start(account, deployment.flow, key)
        return runs.start(deployment.id, parameters, key)

    return _do(f"start {deployment.flow}", ask)


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


def acknowledge_alert(alert_id: int) -> None:
    _do("acknowledge alert", lambda account: raising.acknowledge(alert_id, account))


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
