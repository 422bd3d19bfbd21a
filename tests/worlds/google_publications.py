"""Publications on the pretended Google Ads, for the tests of what becomes of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from meta_publications import FIRST_DAY, QUIESCENCE, opened, planned, published
from sqlalchemy import select

from adflux_core import database
from adflux_core.advertising import DesiredState, PlatformName
from adflux_core.campaigns.approval import token_prefix
from adflux_core.platforms.google_ads.adapter import GoogleAdsPlatform
from adflux_core.publication.converge import Outcome, converge
from adflux_core.schema.publication import PlatformObject
from sandbox.server import Sandbox

GOOGLE = PlatformName.GOOGLE_ADS


def google_planned(*posting_ids: int, start: date = FIRST_DAY, days: int = 20) -> int:
    return planned(*posting_ids, start=start, days=days, platform=GOOGLE)


def google_published(posting_id: int) -> int:
    return published(posting_id, platform=GOOGLE)


def google_pass(publication_id: int, *, later: timedelta = timedelta()) -> Outcome:
    return converge(
        publication_id,
        lambda name, account_id: opened(name, account_id, later=later),
        quiescence=QUIESCENCE,
        now=lambda: datetime.now(UTC) + later,
    )


def bound(publication_id: int) -> dict[str, str]:
    """The external ids of a publication, by kind."""
    with database.transaction() as session:
        owned = select(PlatformObject).where(PlatformObject.publication_id == publication_id)
        return {one.kind: one.external_id or "" for one in session.scalars(owned)}


def mutates(world: Sandbox) -> list[dict[str, Any]]:
    return [
        call for call in world.control("GET", "calls")["calls"] if call["path"] == "GoogleAdsService/Mutate"
    ]


def calls(world: Sandbox, method: str) -> list[dict[str, Any]]:
    """Calls of one of the service's methods."""
    return [
        call
        for call in world.control("GET", "calls")["calls"]
        if call["path"] == f"GoogleAdsService/{method}"
    ]


def running(platform: GoogleAdsPlatform, publication_id: int) -> dict[str, DesiredState]:
    tree = platform.read_tree(bound(publication_id))
    return {kind: seen.status for kind, seen in tree.items() if kind != "budget"}


def campaigns(platform: GoogleAdsPlatform) -> list[str]:
    with database.transaction() as session:
        prefix = token_prefix(session)
    return [seen.external_id for seen in platform.list_ours(prefix) if seen.kind == "campaign"]
