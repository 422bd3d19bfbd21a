"""A world of one test's own, the real SDK on it, and the smallest lawful tree of objects."""

import json
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

import pytest
import requests
from facebook_business.adobjects.adaccount import AdAccount
from facebook_business.api import FacebookAdsApi, FacebookSession

from sandbox.server import Sandbox

VERSION = "v26.0"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
ALL_TIME = {"since": "2026-01-01", "until": "2026-12-31"}
LINK = "https://jobs.example.com/1"


class Client:
    """The real SDK beside raw requests, both on one world."""

    png = PNG

    def __init__(self, world: Sandbox) -> None:
        self.world = world
        self.session = FacebookSession(
            app_id="1", app_secret=world.meta_app_secret, access_token=world.meta_access_token, timeout=10
        )
        self.session.GRAPH = world.meta_graph_url
        self.session.requests.trust_env = False
        self.api = FacebookAdsApi(self.session, api_version=VERSION)
        self.account = AdAccount(world.meta_ad_account_id, api=self.api)
        self.raw = requests.Session()
        self.raw.trust_env = False
        self.access = {
            "access_token": world.meta_access_token,
            "appsecret_proof": self.session._gen_appsecret_proof(),
        }

    def close(self) -> None:
        self.session.requests.close()
        self.raw.close()

    def url(self, path: str) -> str:
        """`act/campaigns` stands for the account's edge."""
        if path == "act" or path.startswith("act/"):
            path = path.replace("act", self.world.meta_ad_account_id, 1)
        return f"{self.world.meta_graph_url}/{VERSION}/{path}"

    def call(self, method: str, path: str, **params: Any) -> requests.Response:
        """What is None is not sent."""
        sent = {name: json.dumps(v) if isinstance(v, list | dict | bool) else v for name, v in params.items()}
        if method == "POST":
            return self.raw.post(self.url(path), params=self.access, data=sent, timeout=10)
        return self.raw.request(method, self.url(path), params=self.access | sent, timeout=10)

    def get(self, path: str, **params: Any) -> Any:
        return _ok(self.call("GET", path, **params))

    def post(self, path: str, **params: Any) -> Any:
        return _ok(self.call("POST", path, **params))

    def refused(self, method: str, path: str, **params: Any) -> dict[str, Any]:
        reply = self.call(method, path, **params)
        assert reply.status_code >= 400, reply.text
        return dict(reply.json()["error"])

    def check_refused(
        self, edge: str, values: dict[str, Any], subcode: int | None, why: Iterable[str] = ()
    ) -> None:
        """With that code, and for one of those reasons: a refusal for another one proves nothing."""
        error = self.refused("POST", f"act/{edge}", **values)
        assert (error["code"], error.get("error_subcode")) == (100, subcode), error
        assert subcode or not why or any(name in str(error) for name in why), error

    def pages(self, path: str, **params: Any) -> list[list[Any]]:
        """Every page of a listing, following `after` as long as there is a `next`."""
        pages, after = [], {}
        while True:
            reply = self.get(path, **params, **after)
            pages.append(reply["data"])
            if "next" not in reply.get("paging", {}):
                return pages
            after = {"after": reply["paging"]["cursors"]["after"]}

    def fault(self, kind: str, **script: Any) -> None:
        self.world.control("POST", "faults", {"kind": kind, **script})

    def days(self, count: int) -> None:
        self.world.control("POST", "clock", {"advance_days": count})

    def truth(self) -> dict[str, Any]:
        return dict(self.world.control("GET", "truth"))

    # What the platform tells, and what is true.

    def daily(self, **changes: Any) -> list[dict[str, Any]]:
        """Every row of every day, read page by page."""
        query = {
            "level": "ad",
            "time_increment": 1,
            "time_range": ALL_TIME,
            "fields": "ad_id,impressions,reach,clicks,inline_link_clicks,spend,actions",
            "limit": 500,
        }
        return [row for page in self.pages("act/insights", **(query | changes)) for row in page]

    def told(self, key: str = "reported") -> list[dict[str, Any]]:
        """The referee's rows, without what an insights row of an ad does not say."""
        ignored = {"platform", "account_id", "campaign_id", "adset_id"}
        return [{n: v for n, v in row.items() if n not in ignored} for row in self.truth()[key]]

    def as_truth(self, row: dict[str, Any]) -> dict[str, Any]:
        """An insights row as the referee would write it."""
        actions = {action["action_type"]: int(action["value"]) for action in row.get("actions", [])}
        return {
            "ad_id": row["ad_id"],
            "date_day": row["date_start"],
            "impressions": int(row["impressions"]),
            "reach": int(row["reach"]),
            "clicks": int(row["clicks"]),
            "inline_link_clicks": int(row.get("inline_link_clicks", 0)),
            "landing_page_views": actions.get("landing_page_view", 0),
            "apply_clicks": actions.get("offsite_conversion.fb_pixel_custom", 0),
            "applications": actions.get("submit_application_total", 0),
            "spend": row["spend"],
            "actions": actions,
        }

    def by_key(self, rows: list[dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
        return {(row["ad_id"], row["date_day"]): row for row in rows}

    # The smallest lawful tree.

    def campaign_values(self, **changes: Any) -> dict[str, Any]:
        return {
            "name": "campaign",
            "objective": "OUTCOME_TRAFFIC",
            "special_ad_categories": ["EMPLOYMENT"],
            "special_ad_category_country": ["CO"],
            "is_adset_budget_sharing_enabled": False,
            "status": "PAUSED",
        } | changes

    def ad_set_values(self, campaign_id: str, **changes: Any) -> dict[str, Any]:
        return {
            "name": "ad set",
            "campaign_id": campaign_id,
            "billing_event": "IMPRESSIONS",
            "optimization_goal": "LANDING_PAGE_VIEWS",
            "destination_type": "WEBSITE",
            "bid_strategy": "LOWEST_COST_WITHOUT_CAP",
            "daily_budget": 50_000,
            "targeting": {
                "geo_locations": {"countries": ["CO"]},
                "targeting_automation": {"advantage_audience": 0},
            },
            "status": "PAUSED",
        } | changes

    def story(self, **changes: Any) -> dict[str, Any]:
        image = self.post("act/adimages", bytes=b64encode(PNG).decode())["images"]["bytes"]
        data = {
            "link": LINK,
            "message": "Ven a trabajar con nosotros",
            "name": "Soldador",
            "image_hash": image["hash"],
            "call_to_action": {"type": "APPLY_NOW", "value": {"link": LINK}},
        }
        return {"page_id": self.world.meta_page_id, "link_data": data | changes}

    def campaign(self, **changes: Any) -> str:
        return str(self.post("act/campaigns", **self.campaign_values(**changes))["id"])

    def ad_set(self, campaign_id: str, **changes: Any) -> str:
        return str(self.post("act/adsets", **self.ad_set_values(campaign_id, **changes))["id"])

    def creative(self) -> str:
        return str(self.post("act/adcreatives", name="creative", object_story_spec=self.story())["id"])

    def ad(self, ad_set_id: str, **changes: Any) -> str:
        creative = changes.pop("creative_id", None) or self.creative()
        values = {"name": "ad", "adset_id": ad_set_id, "status": "PAUSED"}
        return str(self.post("act/ads", creative={"creative_id": creative}, **(values | changes))["id"])

    def tree(self, status: str = "ACTIVE", **ad_set_changes: Any) -> tuple[str, str, str]:
        campaign_id = self.campaign(status=status)
        ad_set_id = self.ad_set(campaign_id, status=status, **ad_set_changes)
        return campaign_id, ad_set_id, self.ad(ad_set_id, status=status)


def _ok(reply: requests.Response) -> Any:
    assert reply.status_code == 200, reply.text
    return reply.json()


@pytest.fixture
def world() -> Iterator[Sandbox]:
    with Sandbox(today=date(2026, 10, 1)) as served:
        yield served


@pytest.fixture(scope="module")
def make_client() -> Iterator[Callable[[Sandbox], Client]]:
    """Clients of worlds the tests make themselves."""
    made: list[Client] = []

    def make(world: Sandbox) -> Client:
        made.append(Client(world))
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture
def client(world: Sandbox, make_client: Callable[[Sandbox], Client]) -> Client:
    return make_client(world)


@pytest.fixture(scope="module")
def shared(make_client: Callable[[Sandbox], Client]) -> Iterator[Client]:
    """One world for a whole table of refusals: they leave nothing behind."""
    with Sandbox(today=date(2026, 10, 1)) as served:
        yield make_client(served)


@pytest.fixture(scope="module")
def campaign_id(shared: Client) -> str:
    return shared.campaign()


@pytest.fixture
def three(client: Client) -> Client:
    """Three trees that have run for a fortnight."""
    for _ in range(3):
        client.tree(daily_budget=400_000)
    client.days(14)
    return client
