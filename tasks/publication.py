"""Publications are ordered, converged and swept: each task one commit or one pass over one publication."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta

from pydantic_core import to_jsonable_python
from sqlalchemy import select

from adflux_core import database, reports
from adflux_core.accounts import open_platform
from adflux_core.platforms import AccountKey
from adflux_core.publication import orders, pacing
from adflux_core.publication.converge import Outcome, converge
from adflux_core.publication.pacing import Overspent
from adflux_core.publication.sweep import Swept, sweep
from adflux_core.schema.publication import Publication
from adflux_core.settings import settings
from tasks.kinds import external_call, transaction
from tasks.showing import show_link, show_table


def _quiescence() -> timedelta:
    return timedelta(seconds=settings().adflux_quiescence_seconds)


@transaction("order publication")
def order_publication(plan_id: int) -> list[int]:
    return orders.order_publication(plan_id, "publish-campaign")


@transaction("close what lost its posting")
def close_what_lost_its_posting() -> list[int]:
    return orders.close_what_lost_its_posting("converge-campaigns")


@transaction("list publications")
def list_publications() -> list[int]:
    """Those that are not closed for good, the longest unseen first: the account may not have room for all."""
    unseen = (Publication.converged_at.asc().nulls_first(), Publication.id)
    with database.transaction() as session:
        return list(
            session.scalars(select(Publication.id).where(Publication.state != "closed").order_by(*unseen))
        )


@external_call("converge publication", "converge publication {publication_id}")
def converge_publication(publication_id: int) -> Outcome:
    return converge(publication_id, open_platform, quiescence=_quiescence())


@external_call("hold to caps", "hold {account} to its caps")
def hold_to_caps(account: AccountKey) -> list[Overspent]:
    return pacing.hold_to_caps(open_platform(*account))


@external_call("sweep", "sweep {account}")
def sweep_account(account: AccountKey) -> list[Swept]:
    return sweep(open_platform(*account), quiescence=_quiescence())


@transaction("show outcomes")
def show_outcomes(outcomes: Sequence[Outcome]) -> None:
    show_table(
        "publications",
        "Where each publication stands after this pass",
        [outcome.model_dump(mode="json") for outcome in outcomes],
    )


@transaction("show what was capped")
def show_capped(capped: Sequence[Overspent]) -> None:
    show_table(
        "spending-caps",
        "Caps that were reached, and the publications that now pause",
        [{**one.model_dump(mode="json"), "most": str(one.most)} for one in capped],
    )


@transaction("show what needs attention")
def show_attention() -> None:
    """What a person should look at, as the dashboard says it too."""
    concerns = reports.attention()
    if concerns:
        show_table(
            "needs-attention",
            "What a person should look at",
            [to_jsonable_python(asdict(concern)) for concern in concerns],
        )


@transaction("link to campaigns")
def link_to_campaigns(outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        if outcome.platform is not None and "campaign" in outcome.external_ids:
            campaign = outcome.external_ids["campaign"]
            show_link(
                f"campaign-{outcome.platform}-{campaign}",
                f"Publication {outcome.publication_id} on {outcome.platform}: {outcome.state}",
                open_platform(outcome.platform, outcome.account_id).screen_url(campaign),
                f"Campaign {campaign}",
            )
