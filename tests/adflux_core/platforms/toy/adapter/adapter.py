"""The toy as an `AdPlatform`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any

from adflux_core.advertising import (
    Account,
    AccountDay,
    AdMetrics,
    CampaignPlan,
    DesiredState,
    Governor,
    MetricsWindow,
    Node,
    PlatformName,
    RemoteObject,
    Step,
)
from adflux_core.errors import AmbiguousError, NotFoundError, UnavailableError, ValidationError
from adflux_core.money import Money
from adflux_core.platforms.toy.client import Api
from adflux_core.platforms.toy.compile import NODES, compile_plan, instant
from adflux_core.settings import Settings
from adflux_core.targeting import City
from adflux_core.witness import NOBODY, Witness

STATUS = {state: state.name for state in DesiredState}  # the toy says PAUSED, ACTIVE and CLOSED, too
PARENTS = {"campaign": (), "ad_group": ("campaign_id",), "ad": ("ad_group_id",)}
SCREEN = "https://toy.example.com/campaigns"


class ToyPlatform:
    """One account on the toy."""

    name = PlatformName.TOY
    nodes = NODES
    daily_overrun = Decimal("1.5")  # the toy's page, "Spending"
    link_parameters: Mapping[str, str] = MappingProxyType({"utm_source": "toy", "utm_medium": "play"})

    def __init__(self, settings: Settings, governor: Governor) -> None:
        """Raises ConfigurationError on a missing setting or a live account that was not allowed."""
        settings.require("toy_url", "toy_token", "toy_account_id")
        assert settings.toy_url
        assert settings.toy_token
        assert settings.toy_account_id
        settings.check_reach(settings.toy_url, settings.toy_account_id)
        self.account_id = settings.toy_account_id
        token = settings.toy_token.get_secret_value()
        self._api = Api(settings.toy_url, token, settings.toy_account_id, governor)

    def account(self) -> Account:
        raw = self._api.call("GET", "account", {})
        return Account(
            platform=self.name,
            external_id=raw["id"],
            name=raw["name"],
            currency=raw["currency"],
            time_zone=raw["time_zone"],
            smallest_daily_budget=Money.of(raw["currency"], Decimal(raw["smallest_daily_budget"])),
        )

    def cities(self, country: str, names: Sequence[str]) -> Sequence[City]:  # noqa: ARG002
        return ()  # the toy reaches countries and nothing smaller

    def compile(self, plan: CampaignPlan, tokens: Mapping[tuple[str, int], str]) -> Sequence[Step]:
        return compile_plan(plan, tokens)

    def create(self, step: Step, bound: Mapping[str, str]) -> Mapping[tuple[str, int], str]:
        (node,) = step.nodes
        parents = {wire: bound[kind] for wire, kind in node.parents.items()}
        made = self._api.call("POST", f"{node.kind}s", {**node.payload, **parents})
        if not made.get("id"):
            raise AmbiguousError(f"the toy answered a new {node.kind} without an id", platform="toy")
        return {node.key: str(made["id"])}

    def validate(self, step: Step) -> str:
        (node,) = step.nodes
        if node.kind != "campaign":
            return ""  # what is below it can only be asked about under a campaign that exists
        try:
            self._api.call("POST", "campaigns", {**node.payload, "dry_run": "true"})
        except ValidationError as refusal:
            return str(refusal)
        except AmbiguousError as unknown:
            raise UnavailableError(str(unknown), platform="toy") from None  # nothing is made either way
        return ""

    def change_budget(self, node: Node, external_id: str) -> None:
        self._api.call("POST", f"{node.kind}s/{external_id}", node.budget)

    def find(self, node: Node) -> Sequence[RemoteObject]:
        # The filter is only a filter; whether the name really ends in our token is ours to check.
        named = (one for one in self._list(node.kind, node.token) if one.name.endswith(node.token))
        return sorted(named, key=lambda one: int(one.external_id))

    def read(self, kind: str, external_id: str) -> RemoteObject:
        return self.read_tree({kind: external_id})[kind]

    def read_tree(self, bound: Mapping[str, str]) -> Mapping[str, RemoteObject]:
        raw = self._api.call("GET", "objects", {"ids": ",".join(bound.values())})["items"]
        seen = {one["id"]: _object(one) for one in raw}
        for kind, external_id in bound.items():
            if external_id not in seen or seen[external_id].kind != kind:
                raise NotFoundError(f"the toy has no {kind} {external_id}", platform="toy")
        return {kind: seen[external_id] for kind, external_id in bound.items()}

    def set_status(self, kind: str, external_id: str, status: DesiredState) -> None:
        self._api.call("POST", f"{kind}s/{external_id}", {"status": STATUS[status]})

    def list_ours(self, prefix: str) -> Iterator[RemoteObject]:
        for kind in PARENTS:
            yield from (one for one in self._list(kind, prefix) if prefix in one.name)

    def read_metrics(self, since: date, until: date, seen: Witness = NOBODY) -> MetricsWindow:  # noqa: ARG002
        account, window = self.account(), {"since": str(since), "until": str(until)}
        ad_pages = list(self._pages("numbers", {**window, "level": "ad"}))
        total_pages = list(self._pages("numbers", {**window, "level": "account"}))
        try:
            rows = [_row(raw, account) for page in ad_pages for raw in page]
            totals = [_total(raw) for page in total_pages for raw in page]
        except (KeyError, ValueError, TypeError, InvalidOperation) as error:
            raise ValidationError(
                f"the toy's numbers are not readable: {type(error).__name__}", platform="toy"
            ) from None
        return MetricsWindow(account, since, until, rows, totals, len(ad_pages) + len(total_pages))

    def read_shown_to(self, since: date, until: date, seen: Witness = NOBODY) -> None:  # noqa: ARG002
        return  # the toy does not know who its people are

    def screen_url(self, campaign_id: str) -> str:
        return f"{SCREEN}/{campaign_id}"

    def _list(self, kind: str, name_part: str) -> Iterator[RemoteObject]:
        for page in self._pages(f"{kind}s", {"name": name_part}):
            yield from map(_object, page)

    def _pages(self, path: str, params: Mapping[str, str]) -> Iterator[list[dict[str, Any]]]:
        """Every page to the end."""
        after = "0"
        while after:
            reply = self._api.call("GET", path, {**params, "after": after})
            yield reply["items"]
            further = reply["after"]
            if further and int(further) <= int(after):
                raise UnavailableError("the toy's pages lead nowhere: nothing was taken", platform="toy")
            after = further


def _object(raw: Mapping[str, Any]) -> RemoteObject:
    kind, parents = str(raw["kind"]), PARENTS[raw["kind"]]
    content = {key: value for key, value in raw["content"].items() if key not in parents}
    for moment in {"starts_at", "ends_at"} & content.keys():
        content[moment] = instant(datetime.fromisoformat(content[moment]))  # the toy's own zone
    return RemoteObject(
        kind=kind,
        external_id=str(raw["id"]),
        name=str(raw["name"]),
        status=DesiredState[raw["status"]],
        effective_status=str(raw["effective_status"]),
        issues=(str(raw["reason"]),) if raw["reason"] else (),
        fields=content,
        parents={wire: raw["content"][wire] for wire in parents},
        created_at=datetime.fromisoformat(raw["created_at"]),
    )


def _row(raw: Mapping[str, Any], account: Account) -> AdMetrics:
    counts = (int(raw[name]) for name in ("impressions", "clicks", "link_clicks"))
    return AdMetrics(
        date.fromisoformat(raw["date_day"]),
        *(str(raw[name]) for name in ("campaign_id", "ad_group_id", "ad_id")),
        account.currency,
        *counts,
        Decimal(raw["spend"]),
        Decimal(raw["applications"]),
    )


def _total(raw: Mapping[str, Any]) -> AccountDay:
    day, spend = date.fromisoformat(raw["date_day"]), Decimal(raw["spend"])
    return AccountDay(day, int(raw["impressions"]), int(raw["clicks"]), spend)
