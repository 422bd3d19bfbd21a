"""Configured and effective status, review, and what may deliver."""

from datetime import datetime, timedelta

from sandbox.meta.kinds import AD, AD_SET, CAMPAIGN, DELIVERING
from sandbox.meta.state import APPROVED, DISAPPROVED, PENDING, Account, Node

GONE = ("DELETED", "ARCHIVED")


def effective_status(account: Account, node: Node) -> str:
    """As Meta's "Manage Your Ad Object's Status": its own state, unless something above it is worse."""
    if node.kind not in DELIVERING:
        return node.status
    chain = account.ancestry(node)
    for gone in GONE:
        if any(member.status == gone for member in chain):
            return gone
    if node.review == DISAPPROVED:
        return DISAPPROVED
    if node.status == "PAUSED":
        return "PAUSED"
    if account.campaign_of(node).status == "PAUSED":
        return "CAMPAIGN_PAUSED"
    if any(member.status == "PAUSED" for member in chain):
        return "ADSET_PAUSED"
    if node.kind == AD.name and node.review == PENDING:
        return "PENDING_REVIEW"
    return "WITH_ISSUES" if node.issues else "ACTIVE"


def is_gone(account: Account, node: Node) -> bool:
    return effective_status(account, node) in GONE


def may_deliver(account: Account, ad: Node) -> bool:
    """Everything above it is on, it passed review and nothing is wrong. Schedule and money come on top."""
    chain = account.ancestry(ad)
    return ad.review == APPROVED and all(node.status == "ACTIVE" and not node.issues for node in chain)


def schedule(ad_set: Node) -> tuple[datetime, datetime | None]:
    return ad_set.values.get("start_time") or ad_set.created, ad_set.values.get("end_time")


def is_live(account: Account, ad: Node) -> bool:
    """Would it show right now, as far as status and schedule go?"""
    start, end = schedule(account.ad_set_of(ad))
    now = account.clock.now
    return may_deliver(account, ad) and start <= now and (end is None or now < end)


def review_pending(account: Account) -> None:
    """The reviewers get to work when the clock moves; they leave alone what is paused."""
    for ad in account.of_kind(AD.name):
        if effective_status(account, ad) == "PENDING_REVIEW":
            ad.review = DISAPPROVED if ad.verdict else APPROVED


def send_to_review(account: Account, node: Node) -> None:
    """A change of creative, audience or goal is reviewed again; budget, bid and schedule are not."""
    ads = account.ads_of(node) if node.kind in (AD.name, AD_SET.name) else []
    for ad in ads:
        ad.review = PENDING
        ad.verdict = {}


def campaign_times(account: Account, campaign: Node) -> tuple[datetime, datetime | None]:
    """A campaign's start and stop are merged from its ad sets."""
    spans = [schedule(n) for n in account.children[campaign.id] if n.kind == AD_SET.name]
    if not spans:
        return campaign.created, None
    ends = [end for _, end in spans if end is not None]
    return min(start for start, _ in spans), max(ends) if len(ends) == len(spans) else None


def budget_owner(account: Account, ad_set: Node) -> Node:
    campaign = account.campaign_of(ad_set)
    return campaign if has_budget(campaign) else ad_set


def has_budget(node: Node) -> bool:
    return bool(node.values.get("daily_budget") or node.values.get("lifetime_budget"))


def end_of(account: Account, owner: Node) -> datetime | None:
    return campaign_times(account, owner)[1] if owner.kind == CAMPAIGN.name else schedule(owner)[1]


def start_of(account: Account, owner: Node) -> datetime:
    return campaign_times(account, owner)[0] if owner.kind == CAMPAIGN.name else schedule(owner)[0]


ONE_DAY = timedelta(days=1)
