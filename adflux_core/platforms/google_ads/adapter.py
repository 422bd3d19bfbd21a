"""Google Ads as an `AdPlatform`: one tree a call; each question and each object counts against the day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from adflux_core.advertising import (
    Account,
    CampaignPlan,
    DesiredState,
    Governor,
    MetricsWindow,
    Node,
    PlatformName,
    RemoteObject,
    Step,
)
from adflux_core.errors import (
    AmbiguousError,
    ConfigurationError,
    NotFoundError,
    UnavailableError,
    ValidationError,
)
from adflux_core.platforms.google_ads import compile as compiler
from adflux_core.platforms.google_ads import operations, queries, reading
from adflux_core.platforms.google_ads.client import Client, connect
from adflux_core.platforms.google_ads.credentials import access_of
from adflux_core.platforms.google_ads.currency import smallest_daily_budget
from adflux_core.platforms.google_ads.errors import DUPLICATES
from adflux_core.platforms.google_ads.metrics import answered_window, read_window
from adflux_core.platforms.google_ads.trees import trees_of
from adflux_core.settings import Settings
from adflux_core.targeting import City, folded, once, unaccented
from adflux_core.witness import NOBODY, Kept, Witness

SCREEN = "https://ads.google.com/aw/adgroups"
# What Google says when something is removed that was removed before.
REMOVED_ALREADY = "OPERATION_NOT_PERMITTED_FOR_REMOVED_RESOURCE"  # under one family or another


class GoogleAdsPlatform:
    """One ad account on Google, through the client of google-ads."""

    name = PlatformName.GOOGLE_ADS
    nodes = compiler.NODES
    # A total budget has no limit a day: all of it may go on one (Google Ads Help, campaign total budgets).
    daily_overrun = Decimal(compiler.LONGEST_DAYS)
    # Google fills in what stands in braces at the click (Google Ads Help, ValueTrack parameters).
    link_parameters: Mapping[str, str] = MappingProxyType(
        {"utm_source": "google", "utm_medium": "cpc", "utm_id": "{campaignid}", "af_ad": "{creative}"}
    )

    def __init__(self, settings: Settings, governor: Governor) -> None:
        """Raises ConfigurationError on a missing setting or a live account that was not allowed."""
        settings.require("google_ads_customer_id")
        assert settings.google_ads_customer_id
        self.account_id = settings.google_ads_customer_id.replace("-", "")
        if not self.account_id.isdecimal():
            raise ConfigurationError(
                "GOOGLE_ADS_CUSTOMER_ID is not the number of an account, as 123-456-7890"
            )
        settings.check_reach(f"https://{settings.google_ads_endpoint}", self.account_id)
        self._account: Account | None = None
        access = access_of(settings)
        self._client = Client(connect(access), governor, self.account_id)
        self._trees = trees_of(access, self.account_id)

    def account(self) -> Account:
        """Read once: an account keeps its currency and its time zone for good."""
        if self._account is None:
            self._account = self._read_account()
        return self._account

    def _read_account(self) -> Account:
        (row,) = self._client.query(" ".join(queries.ACCOUNT.split())).rows
        own = row.customer
        if own.manager:
            raise ConfigurationError(
                f"GOOGLE_ADS_CUSTOMER_ID {own.id} is a manager account: name the account that advertises, "
                "and the manager as GOOGLE_ADS_LOGIN_CUSTOMER_ID"
            )
        return Account(
            platform=self.name,
            external_id=str(own.id),
            name=own.descriptive_name or str(own.id),
            currency=own.currency_code,
            time_zone=own.time_zone,
            smallest_daily_budget=smallest_daily_budget(own.currency_code),
        )

    def cities(self, country: str, names: Sequence[str]) -> Sequence[City]:
        # Google writes most names without accents.
        given = {folded(name): name for name in names}
        asked = sorted({*names, *(unaccented(name) for name in names)})
        rows = self._client.query(queries.cities(country, asked)).rows if asked else []
        constants = [row.geo_target_constant for row in rows]
        return once(City(name=given[folded(one.name)], country=country, key=str(one.id)) for one in constants)

    def compile(self, plan: CampaignPlan, tokens: Mapping[tuple[str, int], str]) -> Sequence[Step]:
        return compiler.compile_plan(plan, tokens)

    def create(self, step: Step, bound: Mapping[str, str]) -> Mapping[tuple[str, int], str]:  # noqa: ARG002
        try:
            made = self._client.mutate(operations.to_create(step.nodes, self.account_id))
        except ValidationError as refusal:
            if refusal.code in DUPLICATES:
                raise self._duplicate(step, refusal) from None
            raise
        ids = {kind: reading.last(name) for kind, name in made if name}
        found = {node.key: ids.get(operations.RESOURCES[node.kind], "") for node in step.nodes}
        if not all(found.values()):
            raise AmbiguousError("Google answered a new campaign without its names", platform=self.name)
        return found

    def validate(self, step: Step) -> str:
        try:
            self._client.mutate(operations.to_create(step.nodes, self.account_id), validate_only=True)
        except ValidationError as refusal:
            return str(refusal)
        except AmbiguousError as unknown:
            raise UnavailableError(str(unknown), platform=self.name) from None  # nothing is made either way
        return ""

    def change_budget(self, node: Node, external_id: str) -> None:
        self._client.mutate([operations.to_update(node.kind, external_id, node.budget, self.account_id)])

    def find(self, node: Node) -> Sequence[RemoteObject]:
        token = node.found_by or node.token
        if node.kind in {"campaign", "budget"}:
            rows = self._client.query(queries.campaigns_named(token)).rows
            # LIKE is only a filter; whether the name really ends in our token is ours to check.
            rows = [row for row in rows if row.campaign.name.endswith(token)]
            found = [
                reading.budget(row) if node.kind == "budget" else reading.campaign(row, ()) for row in rows
            ]
        elif node.kind == "ad_group":
            rows = self._client.query(queries.ad_groups_named(token)).rows
            found = [reading.ad_group(row, ()) for row in rows if row.ad_group.name.endswith(token)]
        else:
            rows = self._client.query(queries.ads_below(token)).rows
            found = [reading.ad(row) for row in rows if row.ad_group.name.endswith(token)]
        return sorted(found, key=_age)

    def read(self, kind: str, external_id: str) -> RemoteObject:
        if kind == "budget":
            return reading.there(reading.budget(self._one(queries.budget(external_id), kind, external_id)))
        if kind == "campaign":
            row = self._one(queries.campaigns([external_id]), kind, external_id)
            return reading.campaign(row, self._client.query(queries.campaign_criteria([external_id])).rows)
        if kind == "ad_group":
            row = self._one(queries.ad_group(external_id), kind, external_id)
            criteria = self._client.query(queries.ad_group_criteria([external_id])).rows
            return reading.there(reading.ad_group(row, criteria))
        return reading.there(reading.ad(self._one(queries.ads([external_id]), kind, external_id)))

    def read_tree(self, bound: Mapping[str, str]) -> Mapping[str, RemoteObject]:
        return self._trees.read(self._client.query, bound)

    def set_status(self, kind: str, external_id: str, status: DesiredState) -> None:
        if kind == "budget":
            return
        try:
            self._client.mutate([operations.to_switch(kind, external_id, status, self.account_id)])
        except (ValidationError, NotFoundError) as refusal:
            if status is not DesiredState.CLOSED or not _gone_already(refusal):
                raise

    def list_ours(self, prefix: str) -> Iterator[RemoteObject]:
        """Campaigns and ad groups: a budget and an ad go with them, and bear no name of their own."""
        for row in self._client.query(queries.campaigns_named(prefix)).rows:
            yield reading.campaign(row, ())
        for row in self._client.query(queries.ad_groups_named(prefix)).rows:
            yield reading.ad_group(row, ())

    def read_metrics(self, since: date, until: date, seen: Witness = NOBODY) -> MetricsWindow:
        return read_window(self._client.stream, self.account(), since, until, seen)

    def parse_metrics(self, account: Account, since: date, until: date, kept: Kept) -> MetricsWindow:
        return answered_window(kept, account, since, until)

    def read_shown_to(self, since: date, until: date, seen: Witness = NOBODY) -> None:  # noqa: ARG002
        """Google tells ages and genders apart, never both at once, and of a job ad neither is asked."""
        return

    def screen_url(self, campaign_id: str) -> str:
        return f"{SCREEN}?campaignId={campaign_id}&__e={self.account_id}"

    def _duplicate(self, step: Step, refusal: ValidationError) -> AmbiguousError | ValidationError:
        """A name that is taken, by an earlier attempt of ours or by something that is not ours to adopt.

        No answer at all is no proof of the second: what was just made may not be listed yet.
        """
        (campaign,) = (node for node in step.nodes if node.kind == "campaign")
        rows = self._client.query(queries.campaigns_called(campaign.payload["name"])).rows
        removed = [row for row in rows if reading.word(row.campaign, "status") == "REMOVED"]
        if rows and len(removed) == len(rows):
            return ValidationError(
                f"{refusal}: a removed campaign has this name, so nothing was made",
                platform=self.name,
                code=refusal.code,
                request_id=refusal.request_id,
            )
        return AmbiguousError(
            f"{refusal}: it seems to be there already",
            platform=self.name,
            code=refusal.code,
            request_id=refusal.request_id,
        )

    def _one(self, query: str, kind: str, external_id: str) -> Any:
        rows = self._client.query(query).rows
        if not rows:
            raise NotFoundError(f"Google has no {kind} {external_id}", platform=self.name)
        return rows[0]


def _age(found: RemoteObject) -> tuple[int, ...]:
    return tuple(int(part) for part in found.external_id.split("~"))


def _gone_already(refusal: ValidationError | NotFoundError) -> bool:
    return isinstance(refusal, NotFoundError) or refusal.code.endswith(REMOVED_ALREADY)
