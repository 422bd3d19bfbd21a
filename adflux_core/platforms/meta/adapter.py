"""Meta as an `AdPlatform`. The only file that calls the Graph; `client` guards the wire underneath."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
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
    ShownTo,
    Step,
)
from adflux_core.errors import (
    AmbiguousError,
    CredentialsError,
    NotFoundError,
    UnavailableError,
    ValidationError,
)
from adflux_core.platforms.meta import compile as compiler
from adflux_core.platforms.meta.audiences import MetaAudiences
from adflux_core.platforms.meta.client import Api, session_for
from adflux_core.platforms.meta.currency import from_wire
from adflux_core.platforms.meta.insights import (
    OF_ADS,
    Pages,
    Reading,
    ad_days,
    decoder_of,
    kept_window,
    read_report,
    read_window,
)
from adflux_core.platforms.meta.paging import Decode, Keep, decoded, every_page
from adflux_core.platforms.meta.reading import ABOVE_AN_AD, FIELDS, NOT_DELETED, TREE, object_of
from adflux_core.platforms.meta.shown_to import read_shown_to
from adflux_core.settings import Settings
from adflux_core.targeting import City, folded, once
from adflux_core.witness import NOBODY, Kept, Witness

EDGES = {"campaign": "campaigns", "ad_group": "adsets", "creative": "adcreatives", "ad": "ads"}
PAGE_SIZE = 200
PNG = b"\x89PNG"
ADS_MANAGER = "https://adsmanager.facebook.com/adsmanager/manage/campaigns"
STATUS = {DesiredState.ACTIVE: "ACTIVE", DesiredState.PAUSED: "PAUSED", DesiredState.CLOSED: "ARCHIVED"}
STILL_MADE = {"Job Not Started", "Job Started", "Job Running"}


class MetaPlatform:
    """One ad account on Meta, through the unmodified facebook-business SDK."""

    name = PlatformName.META
    nodes = compiler.NODES
    daily_overrun = Decimal("1.75")  # Meta, Ad Set, "recurring_budget_semantics"
    # Meta fills in what stands in double braces at the click (Meta Business Help, URL parameters).
    link_parameters: Mapping[str, str] = MappingProxyType(
        {"utm_source": "meta", "utm_medium": "paid_social", "utm_id": "{{campaign.id}}", "af_ad": "{{ad.id}}"}
    )

    def __init__(self, settings: Settings, governor: Governor) -> None:
        """Raises ConfigurationError on a missing setting or a live account that was not allowed."""
        settings.require("meta_graph_url", "meta_access_token", "meta_ad_account_id", "meta_page_id")
        assert settings.meta_graph_url
        assert settings.meta_access_token
        assert settings.meta_ad_account_id
        assert settings.meta_page_id
        settings.check_reach(settings.meta_graph_url, settings.meta_ad_account_id)
        secret = settings.meta_app_secret
        session = session_for(
            settings.meta_graph_url,
            settings.meta_access_token.get_secret_value(),
            secret.get_secret_value() if secret else None,
        )
        self.account_id = settings.meta_ad_account_id
        self._token = settings.meta_access_token
        self._api = Api(session, governor, self.account_id)
        self._page_id = settings.meta_page_id
        self._conversion_action = settings.meta_conversion_action

    def account(self) -> Account:
        fields = "id,name,currency,timezone_name,min_daily_budget"
        raw = self._get((self.account_id,), {"fields": fields})
        return Account(
            platform=self.name,
            external_id=raw["id"],
            name=raw.get("name") or raw["id"],
            currency=raw["currency"],
            time_zone=raw["timezone_name"],
            smallest_daily_budget=from_wire(raw["currency"], raw["min_daily_budget"]),
        )

    def cities(self, country: str, names: Sequence[str]) -> Sequence[City]:
        wanted = {"type": "adgeolocation", "location_types": ["city"], "limit": PAGE_SIZE}
        found = [
            City(name=name, country=country, key=str(raw["key"]))
            for name in names
            for raw in self._get(("search",), {**wanted, "q": name}).get("data") or ()
            if raw.get("country_code") == country and folded(raw.get("name", "")) == folded(name)
        ]
        return once(found)

    def credential_expiry(self) -> tuple[str, datetime | None]:
        """The account, and when its token or the token's access to data runs out; None: it does not.

        Raises CredentialsError when Meta holds the token for none.
        """
        told = self._get(("debug_token",), {"input_token": self._token.get_secret_value()})["data"]
        if not told.get("is_valid"):
            raise CredentialsError("Meta: the access token is not valid: set a new one", platform=self.name)
        ends = [told[name] for name in ("expires_at", "data_access_expires_at") if told.get(name)]
        return self.account_id, datetime.fromtimestamp(min(ends), UTC) if ends else None

    def compile(self, plan: CampaignPlan, tokens: Mapping[tuple[str, int], str]) -> Sequence[Step]:
        return compiler.compile_plan(plan, tokens, page_id=self._page_id)

    def create(self, step: Step, bound: Mapping[str, str]) -> Mapping[tuple[str, int], str]:
        (node,) = step.nodes
        params = dict(node.payload)
        parents = {wire: bound[kind] for wire, kind in node.parents.items()}
        if node.kind == "image":
            # As a file: writing a picture as percent-encoded text takes longer than all the rest of the call.
            picture = b64decode(params["bytes"])
            name = "picture.png" if picture.startswith(PNG) else "picture.jpg"
            reply = self._call("POST", (self.account_id, "adimages"), {}, {name: picture})
            return {node.key: _only_hash(reply)}
        if node.kind == "creative":
            story = params["object_story_spec"]
            params["object_story_spec"] = {**story, "link_data": {**story["link_data"], **parents}}
        elif node.kind == "ad":
            params |= {"adset_id": parents["adset_id"], "creative": {"creative_id": parents["creative_id"]}}
        else:
            params |= parents
        reply = self._post((self.account_id, EDGES[node.kind]), params)
        if not reply.get("id"):
            raise AmbiguousError(f"Meta answered a new {node.kind} without an id", platform="meta")
        return {node.key: str(reply["id"])}

    def validate(self, step: Step) -> str:
        (node,) = step.nodes
        if node.kind != "campaign":
            return ""  # what is below it can only be validated under a campaign that exists
        params = {**node.payload, "execution_options": ["validate_only"]}
        try:
            self._post((self.account_id, EDGES[node.kind]), params)
        except ValidationError as refusal:
            return str(refusal)
        except AmbiguousError as unknown:
            raise UnavailableError(str(unknown), platform="meta") from None  # nothing is made either way
        return ""

    def change_budget(self, node: Node, external_id: str) -> None:
        self._post((external_id,), node.budget)

    def find(self, node: Node) -> Sequence[RemoteObject]:
        named = self._list(node.kind, node.token)
        # The filter is only a filter; whether the name really ends in our token is ours to check.
        exact = [found for found in named if found.name.endswith(node.token)]
        by_id = {found.external_id: found for found in [*exact, *self._labelled(node)]}
        return sorted(by_id.values(), key=lambda found: int(found.external_id))

    def read(self, kind: str, external_id: str) -> RemoteObject:
        raw = self._get((external_id,), {"fields": ",".join(FIELDS[kind])})
        return object_of(kind, raw)

    def read_tree(self, bound: Mapping[str, str]) -> Mapping[str, RemoteObject]:
        ad = self._get((bound["ad"],), {"fields": TREE})
        above = {kind: object_of(kind, ad[place]) for kind, place in ABOVE_AN_AD.items() if place in ad}
        # What stands above the ad is only the answer for `bound` if it is what `bound` names.
        found = {kind: seen for kind, seen in above.items() if seen.external_id == bound.get(kind)}
        return {"ad": object_of("ad", ad), **found}

    def set_status(self, kind: str, external_id: str, status: DesiredState) -> None:
        if kind not in NOT_DELETED:
            return
        self._post((external_id,), {"status": STATUS[status]})

    def list_ours(self, prefix: str) -> Iterator[RemoteObject]:
        for kind in NOT_DELETED:
            yield from (found for found in self._list(kind, prefix) if prefix in found.name)

    def read_metrics(self, since: date, until: date, seen: Witness = NOBODY) -> MetricsWindow:
        reading = Reading(self.account(), since, until, self._conversion_action, seen)
        return read_window(self._shown_pages(seen), reading)

    def parse_metrics(self, account: Account, since: date, until: date, kept: Kept) -> MetricsWindow:
        return kept_window(kept, Reading(account, since, until, self._conversion_action))

    def start_report(self, since: date, until: date) -> str:
        try:
            reply = self._post((self.account_id, "insights"), ad_days(since, until))
        except AmbiguousError as unknown:
            raise UnavailableError(str(unknown), platform="meta") from None  # a report too many harms nobody
        if not reply.get("report_run_id"):
            raise UnavailableError("Meta answered a new report without its id", platform="meta")
        return str(reply["report_run_id"])

    def report_ready(self, report_id: str) -> bool:
        raw = self._get((report_id,), {"fields": "async_status,async_percent_completion"})
        status, percent = raw.get("async_status"), raw.get("async_percent_completion")
        if status in STILL_MADE:
            return False
        if status != "Job Completed" or percent != 100:
            raise NotFoundError(
                f"Meta's report {report_id} came to nothing: {status}, {percent} %", platform="meta"
            )
        return True

    def read_report(self, report_id: str, since: date, until: date, seen: Witness = NOBODY) -> MetricsWindow:
        reading = Reading(self.account(), since, until, self._conversion_action, seen)
        return read_report(self._shown_pages(seen), report_id, reading)

    def read_shown_to(self, since: date, until: date, seen: Witness = NOBODY) -> list[ShownTo]:
        return read_shown_to(self._pages, self.account_id, since, until, seen)

    def audiences(self) -> MetaAudiences:
        """The account's custom audiences, which no other platform has in this form."""
        return MetaAudiences(self._api, self.account_id, self._pages)

    def screen_url(self, campaign_id: str) -> str:
        account = self.account_id.removeprefix("act_")
        return f"{ADS_MANAGER}?act={account}&selected_campaign_ids={campaign_id}"

    def _labelled(self, node: Node) -> Iterator[RemoteObject]:
        """What bears the node's token as its label, whatever it is called by now."""
        if not node.delivers:
            return
        labels = self._pages((self.account_id, "adlabels"), {"fields": "id,name", "limit": PAGE_SIZE})
        ours = [raw["id"] for page in labels for raw in page if raw["name"] == node.token]
        if ours:
            params = {"ad_label_ids": ours, "fields": ",".join(FIELDS[node.kind]), "limit": PAGE_SIZE}
            for page in self._pages((self.account_id, f"{EDGES[node.kind]}bylabels"), params):
                yield from (object_of(node.kind, raw) for raw in page)

    def _list(self, kind: str, name_part: str) -> Iterator[RemoteObject]:
        params: dict[str, Any] = {"fields": ",".join(FIELDS[kind]), "limit": PAGE_SIZE}
        if kind in NOT_DELETED:
            params["filtering"] = [{"field": "name", "operator": "CONTAIN", "value": name_part}]
            params["effective_status"] = NOT_DELETED[kind]
        for page in self._pages((self.account_id, EDGES[kind]), params):
            yield from (object_of(kind, raw) for raw in page)

    def _pages(self, path: tuple[str, ...], params: Mapping[str, Any]) -> Iterator[list[dict[str, Any]]]:
        return every_page(self._get, path, params)

    def _shown_pages(self, seen: Witness) -> Pages:
        def pages(path: tuple[str, ...], params: Mapping[str, Any]) -> Iterator[list[Any]]:
            question = params.get("level", OF_ADS)
            return every_page(partial(self._get, decode=decoder_of(question)), path, params, seen, question)

        return pages

    def _get(
        self,
        path: tuple[str, ...],
        params: Mapping[str, Any],
        keep: Keep | None = None,
        decode: Decode = decoded,
    ) -> dict[str, Any]:
        body: dict[str, Any] = self._api.call("GET", path, params, keep=keep, decode=decode)
        return body

    def _post(self, path: tuple[str, ...], params: Mapping[str, Any]) -> dict[str, Any]:
        return self._call("POST", path, params)

    def _call(
        self,
        method: str,
        path: tuple[str, ...],
        params: Mapping[str, Any],
        files: Mapping[str, bytes] | None = None,
    ) -> dict[str, Any]:
        body: dict[str, Any] = self._api.call(method, path, params, files=files)
        return body


def _only_hash(reply: Mapping[str, Any]) -> str:
    (image,) = reply["images"].values()
    return str(image["hash"])
