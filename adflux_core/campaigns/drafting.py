"""From postings to a stored plan. Reads the accounts, writes the plan, changes nothing outside."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import ceil
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from adflux_core import database
from adflux_core.accounts import open_platform
from adflux_core.advertising import Account, AdPlatform, CampaignPlan, PlatformName
from adflux_core.campaigns.aiming import Aim, aim_at, aimed, known_cities, pin
from adflux_core.campaigns.answer import PlanAnswer, by_segment, objections, shown
from adflux_core.campaigns.approval import plan_hash
from adflux_core.campaigns.caps import caps_of
from adflux_core.campaigns.links import links_of, signing_secrets, with_apply_link
from adflux_core.campaigns.seen_accounts import remember_account
from adflux_core.creative.reviewing import approved_words
from adflux_core.creative.search_words import keywords_of, write_search_ad
from adflux_core.creative.template import write_creative
from adflux_core.creative.words import Words
from adflux_core.errors import InputError, RefusedError
from adflux_core.money import Money
from adflux_core.platforms import AccountKey, chosen_account, configured_accounts
from adflux_core.schema.creative import CreativeImage
from adflux_core.schema.postings import Posting
from adflux_core.schema.publication import Audit, Plan, PlanItem, Publication
from adflux_core.targeting import City, TargetingSpec

LONGEST_DAYS = 180


def draft_plan(
    posting_ids: Sequence[int],
    platforms: Sequence[PlatformName],
    *,
    budget: Money,
    days: int,
    author: str,
    start: date | None = None,
    segment: int | None = None,
    accounts: Sequence[str] = (),
    run_id: UUID | None = None,
) -> PlanAnswer:
    """Plan a campaign for each posting on each platform, with `budget` for the whole life of each.

    `segment` is whom they speak to: the plan pins its version and says what it adds. `accounts` are those
    they run on, at most one of each platform; a platform with a single one needs none.
    `start` is a day of the account's calendar, tomorrow by default; `run_id` the flow run that asks. Raises
    InputError on an unknown posting, RefusedError on one that may not run or a budget beyond a cap, and what
    the platform raises when it cannot be asked: nothing is stored then.
    """
    if not 1 <= days <= LONGEST_DAYS:
        raise InputError(f"--days {days}: choose 1 to {LONGEST_DAYS}")
    adapters = [open_platform(*one) for one in _chosen(platforms, accounts)]
    opened = [(adapter, adapter.account()) for adapter in adapters]
    aim, known = None, {}
    if segment is not None:
        with database.transaction() as session:
            aim = aim_at(session, segment)
        known = {adapter.name: known_cities(adapter, aim) for adapter, _ in opened}
    with database.transaction() as session:
        for _, account in opened:
            remember_account(session, account)
        signing = signing_secrets(session)[0]
        general = [
            (adapter, _draft(session, posting_id, account, budget, days, start))
            for posting_id in dict.fromkeys(posting_ids)
            for adapter, account in opened
        ]
        spoken = (
            general
            if aim is None
            else [
                (adapter, spoken_to(session, draft, aim, known[adapter.name])) for adapter, draft in general
            ]
        )
        drafts = [
            (adapter, with_apply_link(draft, adapter.link_parameters, signing)) for adapter, draft in spoken
        ]
    found = objections(drafts)
    with database.transaction() as session:
        answer = store_plan(session, drafts, author, found, run_id=run_id)
        if aim is not None:
            pin(session, answer.plan_id, aim)
            answer = by_segment(answer, aim, [draft for _, draft in general], [draft for _, draft in drafts])
    return answer


def _chosen(platforms: Sequence[PlatformName], accounts: Sequence[str]) -> list[AccountKey]:
    """One account of each platform. Raises InputError where that is not what `accounts` say."""
    left = list(dict.fromkeys(accounts))
    chosen = []
    for name in dict.fromkeys(platforms):
        named = [one.account_id for one in configured_accounts(name) if one.account_id in left]
        if len(named) > 1:
            raise InputError(f"{' and '.join(named)} are both of {name}: a plan is for one of them, make two")
        left = [one for one in left if one not in named]
        chosen.append(chosen_account(name, *named))
    if left:
        raise InputError(f"{', '.join(left)} is no ad account of {' or '.join(platforms)} in the settings")
    return chosen


def store_plan(
    session: Session,
    drafts: Sequence[tuple[AdPlatform, CampaignPlan]],
    author: str,
    findings: Sequence[Sequence[str]],
    *,
    changes: Publication | None = None,
    run_id: UUID | None = None,
) -> PlanAnswer:
    """Write a plan and say what it would do; `changes` is the publication whose budget it changes.

    `findings` are those of each draft. Raises ValidationError on what a platform forbids.
    """
    plan = Plan(
        spec_hash=plan_hash([draft.spec_hash() for _, draft in drafts]),
        author=author,
        changes_publication_id=changes.id if changes else None,
        run_id=run_id,
    )
    session.add(plan)
    session.flush()
    items = [
        plan_item(plan.id, draft, adapter.daily_overrun, said)
        for (adapter, draft), said in zip(drafts, findings, strict=True)
    ]
    session.add_all(items)
    session.flush()
    session.add_all(link for _, draft in drafts for link in links_of(plan.id, draft))
    session.add(Audit(actor=author, action="plan", detail={"plan": plan.id, "spec_hash": plan.spec_hash}))
    campaigns = [
        shown(session, item, adapter, draft) for item, (adapter, draft) in zip(items, drafts, strict=True)
    ]
    return PlanAnswer(
        plan_id=plan.id,
        spec_hash=plan.spec_hash,
        author=author,
        worst_case=Money(
            currency=campaigns[0].budget.currency,
            minor=sum(campaign.worst_case.minor for campaign in campaigns),
        ),
        campaigns=campaigns,
    )


def plan_item(
    plan_id: int, draft: CampaignPlan, daily_overrun: Decimal, findings: Sequence[str] = ()
) -> PlanItem:
    """The row of one campaign of a plan; on one day it may cost `daily_overrun` times the average."""
    first_day, last_day = draft.starts_at.date(), draft.ends_at.date() - timedelta(days=1)
    days = (last_day - first_day).days + 1  # of the calendar: the one with the clock change counts as one
    worst_day = ceil(draft.budget.minor * daily_overrun / days)
    return PlanItem(
        plan_id=plan_id,
        posting_id=draft.posting_id,
        platform=draft.platform,
        spec=draft.model_dump_json(),
        spec_hash=draft.spec_hash(),
        account_id=draft.account_id,
        currency=draft.budget.currency,
        budget_minor=draft.budget.minor,
        worst_day_minor=min(draft.budget.minor, worst_day),
        first_day=first_day,
        last_day=last_day,
        findings=list(findings),
    )


def _draft(
    session: Session, posting_id: int, account: Account, budget: Money, days: int, start: date | None
) -> CampaignPlan:
    posting = session.get(Posting, posting_id)
    if posting is None:
        raise InputError(f"posting {posting_id} does not exist: see `adflux list postings`")
    check_budget(session, budget, account, days)
    zone = ZoneInfo(account.time_zone)
    first = start or datetime.now(zone).date() + timedelta(days=1)
    ends = datetime.combine(first + timedelta(days=days), time(), zone)
    _check_posting(posting, ends.date())
    assert posting.country is not None
    place = posting.city or posting.region or posting.country
    return CampaignPlan(
        platform=account.platform,
        account_id=account.external_id,
        posting_id=posting.id,
        name=f"{' '.join(posting.title.split())[:200]} · {place}",
        advertiser=posting.company,
        budget=budget,
        starts_at=datetime.combine(first, time(), zone),
        ends_at=ends,
        targeting=TargetingSpec(countries=(posting.country,)),
        **words_for(session, posting, account.platform),
    )


def spoken_to(session: Session, draft: CampaignPlan, aim: Aim, known: Sequence[City]) -> CampaignPlan:
    """The draft with the words approved for the segment, if any, and what it adds to searches and places."""
    posting = session.get_one(Posting, draft.posting_id)
    words = words_for(session, posting, draft.platform, aim.segment_id)["creative"]
    return aimed(draft.model_copy(update={"creative": words}), aim, posting, known)


def words_for(
    session: Session, posting: Posting, platform: PlatformName, segment: int | None = None
) -> dict[str, Any]:
    """What somebody approved for the posting and platform, else the template.

    What a search platform puts together and looks for is not what a feed shows.
    """
    searched = platform is PlatformName.GOOGLE_ADS
    creative = write_search_ad(posting) if searched else write_creative(posting)
    approved = approved_words(session, posting, platform, segment)
    if approved is not None:
        words = Words.model_validate(approved.words)
        shown = words.model_dump(exclude_defaults=True)
        if searched:
            shown |= {"headline": words.headlines[0], "primary_text": words.descriptions[0]}
        if approved.image_hash is not None:
            shown["image"] = session.get_one(CreativeImage, approved.image_hash).content
        own = {"language": approved.language, "source": approved.source, "variant": approved.id}
        changed = own | shown
        creative = creative.model_copy(update=changed)
    keywords = {"keywords": keywords_of(posting)} if searched else {}
    return {"creative": creative, **keywords}


def check_budget(session: Session, budget: Money, account: Account, days: int) -> None:
    """Raises RefusedError when the account counts in another currency, asks for more a day, or one campaign
    may not cost as much.
    """
    if budget.currency != account.currency:
        raise RefusedError(
            f"the budget is in {budget.currency} and the {account.platform} account in {account.currency}: "
            f'give --budget "{account.currency} …"'
        )
    smallest = account.smallest_daily_budget.minor * days
    if budget.minor < smallest:
        least = Money(currency=budget.currency, minor=smallest)
        raise RefusedError(f"{budget} for {days} days is below the account's minimum of {least}")
    caps = caps_of(session, account.platform, account.external_id)
    if budget.minor > caps.campaign_minor:
        cap = Money(currency=caps.currency, minor=caps.campaign_minor)
        raise RefusedError(f"{budget} is more than the campaign cap of {cap}: `adflux cap` raises it")


def _check_posting(posting: Posting, ends_on: date) -> None:
    """What a posting must have before money is spent on it."""
    name = f"posting {posting.id} ({posting.title[:40]})"
    if posting.status != "open":
        raise RefusedError(f"{name} is closed: nothing to advertise")
    if posting.expires_on is not None and posting.expires_on < ends_on - timedelta(days=1):
        raise RefusedError(
            f"{name} expires on {posting.expires_on}, before the campaign ends: choose fewer --days"
        )
    if posting.country is None:
        raise RefusedError(f"{name} names no country, so nobody can be reached: complete the feed")
    if not posting.apply_url:
        raise RefusedError(f"{name} has no apply link: complete the feed")
    if not _public_https(posting.apply_url):
        raise RefusedError(f"{name}: its apply link is not a public https address: {posting.apply_url[:80]}")


def _public_https(url: str) -> bool:
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        return parts.scheme == "https" and ipaddress.ip_address(host).is_global
    except ValueError:
        return parts.scheme == "https" and "." in host and not host.endswith((".local", ".internal"))
