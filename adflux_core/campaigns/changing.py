"""Another budget for a campaign that runs: a plan like any other, approved before it counts."""

from __future__ import annotations

from adflux_core import database
from adflux_core.accounts import open_platform
from adflux_core.advertising import CampaignPlan, DesiredState, PlatformName
from adflux_core.campaigns.aiming import keep_pin
from adflux_core.campaigns.answer import PlanAnswer, findings_of
from adflux_core.campaigns.drafting import check_budget, store_plan
from adflux_core.campaigns.seen_accounts import remember_account
from adflux_core.errors import InputError, RefusedError
from adflux_core.money import Money
from adflux_core.schema.publication import PlanItem, Publication


def draft_budget_change(publication_id: int, budget: Money, author: str) -> PlanAnswer:
    """Plan `budget`, for its whole life, for a publication as it runs. Changes nothing outside.

    Raises InputError on an unknown publication, RefusedError on a closed one, the same budget, a currency
    the account does not have, or an amount beyond its caps or below its minimum.
    """
    with database.transaction() as session:
        publication = session.get(Publication, publication_id)
        if publication is None:
            raise InputError(f"publication {publication_id} does not exist: see `adflux list publications`")
        if publication.desired_state == DesiredState.CLOSED:
            raise RefusedError(f"publication {publication_id} is closed for good: plan a new campaign")
        item = session.get_one(PlanItem, (publication.plan_id, publication.posting_id, publication.platform))
        adapter = open_platform(PlatformName(publication.platform), item.account_id)
        account = adapter.account()
        remember_account(session, account)
        running = CampaignPlan.model_validate_json(item.spec)
        if budget == running.budget:
            raise RefusedError(f"publication {publication_id} has a budget of {budget} already")
        check_budget(session, budget, account, (item.last_day - item.first_day).days + 1)
        changed = running.model_copy(update={"budget": budget})
        answer = store_plan(
            session, [(adapter, changed)], author, [findings_of(changed)], changes=publication
        )
        keep_pin(session, publication.plan_id, answer.plan_id)
        return answer
