"""A busy agency's accounts in a sandbox of this process: thousands of ads of others, and calls that go wrong.

What really is, is read from the sandbox itself, an account at a time: a whole truth would fill the memory.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from google_settings import google_settings_of
from meta_settings import settings_of

from sandbox.faults import GRPC_METHOD, KINDS, OAUTH_PATH, PAGES, Fault, Faults
from sandbox.google_ads import kinds
from sandbox.google_ads.kinds import Kind, Pb, set_enum
from sandbox.google_ads.metrics import numbers_of
from sandbox.google_ads.state import MICROS, Customer, Resource
from sandbox.meta.insights import outcome_of
from sandbox.meta.kinds import AD, AD_SET, CAMPAIGN
from sandbox.meta.state import APPROVED, Account
from sandbox.server import Sandbox

A_DAY = 10_000  # pesos that each ad may spend
OURS = re.compile(r"\[af:[^\]]+\]$")
# A throttle costs a real minute and is no test of what is kept: tests/adflux_core/publication has it.
GRAPH = (
    *("html_502", "plain_500", "json_without_error_500", "empty_200", "non_json_200", "graph_error"),
    *("drop_before_commit", "drop_after_commit"),
)
GRPC = (
    *("google_ads_error", "grpc_status", "concurrent_modification"),
    *("drop_before_commit", "drop_after_commit"),
)
TOKEN = ("plain_500", "drop_before_commit")


class AdDay(NamedTuple):
    date_day: date
    ad_id: str
    impressions: int
    clicks: int
    spend: Decimal
    applications: Decimal


class Misfortunes(Faults):
    """A part of all calls goes wrong, each in one of the sandbox's own ways.

    All pages of a listing are one call: at 5 % of the pages no long listing would ever be read.
    """

    def __init__(self, share: float, seed: int) -> None:
        super().__init__()
        self.share = share
        self.struck = self.asked = 0
        self.at_peace = True
        self._dice = random.Random(seed)  # noqa: S311

    def take(self, method: str, path: str, params: Mapping[str, str]) -> Fault | None:
        scripted = super().take(method, path, params)
        if scripted or self.at_peace or "after" in params:
            return scripted
        self.asked += 1
        if self._dice.random() >= self.share:
            return None
        self.struck += 1
        known = GRPC if method == GRPC_METHOD else TOKEN if path == OAUTH_PATH else GRAPH
        kind = self._dice.choice([*known, *PAGES] if path.endswith("insights") else known)
        if kind in PAGES:  # one that follows
            self.add({"kind": kind, "method": method, "path": f"^{re.escape(path)}$"})
            return None
        return Fault(kind, method, path, 0, details=dict(KINDS[kind]))


class SoakedWorld:
    """`with SoakedWorld(accounts, seed, faults) as world:` half of the accounts are Meta's, half Google's."""

    def __init__(self, accounts: int, seed: int, share: float) -> None:
        self.sandbox = Sandbox(today=date(2026, 9, 1), seed=seed, google_ads=True, accounts=accounts // 2)
        self.sandbox.faults = self.misfortunes = Misfortunes(share, seed)
        assert self.sandbox.google_ads is not None
        self._accounts: dict[str, Account] = {one.id: one for one in self.sandbox.accounts}
        self._customers: dict[str, Customer] = {one.id: one for one in self.sandbox.google_ads.customers}

    @property
    def account_ids(self) -> list[str]:
        """Of both platforms by turns."""
        pairs = zip(self._accounts, self._customers, strict=True)
        return [one for pair in pairs for one in pair]

    @property
    def today(self) -> date:
        return self.sandbox.clock.today

    def environment(self) -> dict[str, str]:
        return {**settings_of(self.sandbox), **google_settings_of(self.sandbox)}

    def advance(self, days: int) -> None:
        self.sandbox.control("POST", "clock", {"advance_days": days})
        self.sandbox.control("DELETE", "calls")

    def fill(self, ads: int) -> None:
        """As many ads in each account, made by somebody else after the pattern of ours that are there."""
        with self.sandbox.lock:
            first, customer = next(iter(self._accounts.values())), next(iter(self._customers.values()))
            meta = {kind: next(first.of_kind(kind)).values for kind in (CAMPAIGN.name, AD_SET.name, AD.name)}
            google = {
                kind: next(customer.of_kind(kind))
                for kind in kinds.MUTABLE
                if kind != kinds.CAMPAIGN_CRITERION
            }
            for account in self._accounts.values():
                _fill_account(account, meta, ads)
            for one in self._customers.values():
                _fill_customer(one, google, ads)

    def truth(self, account_id: str, since: date) -> Iterator[AdDay]:
        """Every ad's every day before today, as reported now; what is nothing has no row."""
        found = self._of_meta if account_id in self._accounts else self._of_google
        with self.sandbox.lock:
            yield from found(account_id, lambda day: since <= day < self.today)

    def made(self, account_id: str) -> dict[str, dict[str, str]]:
        """By token: every campaign of ours that was ever made there, its id and its status."""
        found: dict[str, dict[str, str]] = {}
        with self.sandbox.lock:
            for own, name, status in self._campaigns(account_id):
                if token := OURS.search(name):
                    found.setdefault(token[0], {})[own] = status
        return found

    def purse(self, account_id: str, external_ids: Mapping[str, str]) -> tuple[int, int]:
        """In pesos, the smallest unit there: what a publication may spend in all, and what it spent."""
        with self.sandbox.lock:
            if account := self._accounts.get(account_id):
                ad_set = account.nodes[external_ids["ad_group"]]
                return int(ad_set.values["lifetime_budget"]), account.ledger.total[ad_set.id]
            customer = self._customers[account_id]
            budget = customer.resources[_named(customer, kinds.BUDGET, external_ids["budget"])]
            most = int(budget.message.total_amount_micros // customer.unit)
            return most, customer.ledger.total[budget.name]

    def _campaigns(self, account_id: str) -> Sequence[tuple[str, str, str]]:
        if account := self._accounts.get(account_id):
            return [(one.id, one.values["name"], one.status) for one in account.of_kind(CAMPAIGN.name)]
        found = self._customers[account_id].of_kind(kinds.CAMPAIGN)
        return [(str(one.message.id), one.message.name, one.status) for one in found]

    def _of_meta(self, account_id: str, wanted: Callable[[date], bool]) -> Iterator[AdDay]:
        account = self._accounts[account_id]
        for ad in account.of_kind(AD.name):
            for day in filter(wanted, list(account.ledger.by_day[ad.id])):
                told = outcome_of(account, ad, day)
                if not told.is_nothing:
                    spend = Decimal(account.currency.spell(told.spend))
                    yield AdDay(day, ad.id, told.impressions, told.clicks, spend, Decimal(told.applications))

    def _of_google(self, account_id: str, wanted: Callable[[date], bool]) -> Iterator[AdDay]:
        customer = self._customers[account_id]
        for ad in customer.of_kind(kinds.AD_GROUP_AD):
            for day in filter(wanted, list(customer.ledger.by_day[ad.name])):
                told = numbers_of(customer, ad, day)
                if not told.is_nothing:
                    spend, name = Decimal(told.cost_micros) / MICROS, ad.name.rpartition("/")[2]
                    yield AdDay(
                        day, name, told.impressions, told.clicks, spend, Decimal(str(told.conversions))
                    )

    def __enter__(self) -> SoakedWorld:
        self.sandbox.__enter__()
        return self

    def __exit__(self, *raised: Any) -> None:
        self.sandbox.__exit__(*raised)


def _fill_account(account: Account, pattern: Mapping[str, dict[str, Any]], ads: int) -> None:
    campaign = account.add(CAMPAIGN.name, {**pattern[CAMPAIGN.name], "name": "Somebody else's"})
    endless = {
        name: one for name, one in pattern[AD_SET.name].items() if name not in {"lifetime_budget", "end_time"}
    }
    ad_set = account.add(
        AD_SET.name, {**endless, "name": "Theirs", "daily_budget": ads * A_DAY, "campaign_id": campaign.id}
    )
    for number in range(ads):
        above = {"campaign_id": campaign.id, "adset_id": ad_set.id}
        ad = account.add(AD.name, {**pattern[AD.name], **above, "name": f"Ad {number}"})
        ad.review = APPROVED


def _fill_customer(customer: Customer, pattern: Mapping[Kind, Resource], ads: int) -> None:
    budget = _put(customer, pattern[kinds.BUDGET], name="Theirs", amount_micros=ads * A_DAY * MICROS)
    budget.message.ClearField("total_amount_micros")
    set_enum(budget.message, "period", "DAILY")
    campaign = _put(customer, pattern[kinds.CAMPAIGN], name="Somebody else's", campaign_budget=budget.name)
    campaign.message.ClearField("end_date_time")
    group = _put(customer, pattern[kinds.AD_GROUP], name="Theirs", campaign=campaign.name)
    _put(customer, pattern[kinds.AD_GROUP_CRITERION], group, ad_group=group.name)
    for _ in range(ads):
        _put(customer, pattern[kinds.AD_GROUP_AD], group, ad_group=group.name)


def _put(customer: Customer, like: Resource, within: Resource | None = None, **fields: Any) -> Resource:
    """Another resource like that one, running and reviewed."""
    one, number = like.copy(), customer.next_id()
    message: Pb = one.message
    own = str(number) if within is None else f"{within.message.id}~{number}"
    one.name = message.resource_name = _named(customer, like.kind, own)
    for name, value in fields.items():
        setattr(message, name, value)
    if like.kind == kinds.AD_GROUP_AD:
        message.ad.id = number
        set_enum(message.policy_summary, "approval_status", "APPROVED")
    elif like.kind == kinds.AD_GROUP_CRITERION:
        message.criterion_id = number
    else:
        message.id = number
    if like.kind != kinds.BUDGET:
        set_enum(message, "status", "ENABLED")
    customer.put(one)
    return one


def _named(customer: Customer, kind: Kind, own: str) -> str:
    return f"customers/{customer.id}/{kind.collection}/{own}"


BEFORE = timedelta(days=28)  # that the ads have run when the first night comes
