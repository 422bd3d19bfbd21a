"""What an ad account may spend at most, whatever is approved. Without caps nothing is published."""

from __future__ import annotations

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from adflux_core import database
from adflux_core.advertising import Account, PlatformName
from adflux_core.errors import InputError, RefusedError
from adflux_core.money import Money
from adflux_core.schema.publication import Audit
from adflux_core.schema.spending import SpendingCap

# The caps of an account nobody has set any for, in its smallest daily budgets (about half a dollar each):
# room for a small recruiter, none for a budget with two zeros too many.
CAMPAIGN, DAY, MONTH, SECOND_PERSON = 5_000, 5_000, 50_000, 1_000


def caps_of(session: Session, platform: str, account_id: str) -> SpendingCap:
    """Raises RefusedError where none are set: what cannot be checked is not spent."""
    found = session.get(SpendingCap, (platform, account_id))
    if found is None:
        raise RefusedError(
            f"{account_id} on {platform} has no spending caps: plan a campaign there, or use `adflux cap`"
        )
    return found


def first_caps(session: Session, account: Account) -> None:
    """Give an account that is seen for the first time its cautious caps."""
    smallest = account.smallest_daily_budget.minor
    session.execute(
        insert(SpendingCap)
        .values(
            platform=account.platform,
            account_id=account.external_id,
            currency=account.currency,
            campaign_minor=smallest * CAMPAIGN,
            day_minor=smallest * DAY,
            month_minor=smallest * MONTH,
            second_person_above_minor=smallest * SECOND_PERSON,
            set_by="first seen",
        )
        .on_conflict_do_nothing()
    )


def set_caps(account: Account, actor: str, **caps: Money) -> SpendingCap:
    """Set some of `campaign`, `day`, `month`, `second_person_above`; the caps as they are then.

    What is reserved already stays reserved. Raises InputError on another currency or a cap of zero.
    """
    with database.transaction() as session:
        first_caps(session, account)
        current = session.get_one(
            SpendingCap, (account.platform, account.external_id), with_for_update=bool(caps)
        )
        for name, cap in caps.items():
            if cap.currency != current.currency:
                raise InputError(f"{cap}: the account counts in {current.currency}")
            if cap.minor == 0 and name != "second_person_above":
                raise InputError(f"{cap}: a cap is more than zero; `adflux stop-all` stops everything")
            setattr(current, f"{name}_minor", cap.minor)
        if caps:
            current.set_by = actor
            detail = {"account": current.account_id, **{name: str(cap) for name, cap in caps.items()}}
            session.add(Audit(actor=actor, action="cap", detail=detail))
        return current


def caps_answer(caps: SpendingCap) -> dict[str, object]:
    """Caps as a person reads them."""
    return {
        "platform": PlatformName(caps.platform),
        "account_id": caps.account_id,
        **{
            name: str(Money(currency=caps.currency, minor=getattr(caps, f"{name}_minor")))
            for name in ("campaign", "day", "month", "second_person_above")
        },
        "set_by": caps.set_by,
    }
