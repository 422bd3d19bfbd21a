"""A world of one test's own, the real SDK on it, and the smallest lawful tree of objects."""

import json
from base64 import b64encode
from collections.abc import Callable, Iterator
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
