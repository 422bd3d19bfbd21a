"""A world of one test's own, the real SDK on it, and the smallest lawful tree of objects."""

from collections.abc import Iterator
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

    def close(self) -> None:
        self.session.requests.close()
        self.raw.close()

    def call(self, method: str, path: str, **params: Any) -> requests.Response:
        import json

        sent = {name: json.dumps(v) if isinstance(v, list | dict | bool) else v for name, v in params.items()}
        access = {
            "access_token": self.world.meta_access_token,
            "appsecret_proof": self.session._gen_appsecret_proof(),
        }
        path = path.replace("act", self.world.meta_ad_account_id, 1) if path.startswith("act") else path
        url = f"{self.world.meta_graph_url}/{VERSION}/{path}"
        if method == "POST":
            return self.raw.post(url, params=access, data=sent, timeout=10)
        return self.raw.request(method, url, params=access | sent, timeout=10)

    def get(self, path: str, **params: Any) -> Any:
        reply = self.call("GET", path, **params)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def post(self, path: str, **params: Any) -> Any:
        reply = self.call("POST", path, **params)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def refused(self, method: str, path: str, **params: Any) -> dict[str, Any]:
        reply = self.call(method, path, **params)
        assert reply.status_code >= 400, reply.text
        return dict(reply.json()["error"])

    # The smallest lawful tree.

    def campaign(self, **changes: Any) -> str:
        return str(self.post("act/campaigns", **(campaign() | changes))["id"])

    def ad_set(self, campaign_id: str, **changes: Any) -> str:
        return str(self.post("act/adsets", **(ad_set(campaign_id) | changes))["id"])

    def creative(self, **changes: Any) -> str:
        image = self.account.create_ad_image(params={"bytes": _base64(PNG)})
        spec = story(self.world.meta_page_id, image["hash"])
        return str(
            self.post("act/adcreatives", **({"name": "creative", "object_story_spec": spec} | changes))["id"]
        )

    def ad(self, ad_set_id: str, creative_id: str, **changes: Any) -> str:
        values = {
            "name": "ad",
            "adset_id": ad_set_id,
            "creative": {"creative_id": creative_id},
            "status": "PAUSED",
        }
        return str(self.post("act/ads", **(values | changes))["id"])

    def tree(self, status: str = "ACTIVE", **ad_set_changes: Any) -> tuple[str, str, str]:
        campaign_id = self.campaign(status=status)
        ad_set_id = self.ad_set(campaign_id, status=status, **ad_set_changes)
        return campaign_id, ad_set_id, self.ad(ad_set_id, self.creative(), status=status)

    def days(self, count: int) -> None:
        self.world.control("POST", "clock", {"advance_days": count})


def _base64(content: bytes) -> str:
    from base64 import b64encode

    return b64encode(content).decode()


def campaign(**changes: Any) -> dict[str, Any]:
    return {
        "name": "campaign",
        "objective": "OUTCOME_TRAFFIC",
        "special_ad_categories": ["EMPLOYMENT"],
        "special_ad_category_country": ["CO"],
        "is_adset_budget_sharing_enabled": False,
        "status": "PAUSED",
    } | changes


def targeting(**changes: Any) -> dict[str, Any]:
    return {
        "geo_locations": {"countries": ["CO"]},
        "targeting_automation": {"advantage_audience": 0},
    } | changes


def ad_set(campaign_id: str, **changes: Any) -> dict[str, Any]:
    return {
        "name": "ad set",
        "campaign_id": campaign_id,
        "billing_event": "IMPRESSIONS",
        "optimization_goal": "LANDING_PAGE_VIEWS",
        "destination_type": "WEBSITE",
        "bid_strategy": "LOWEST_COST_WITHOUT_CAP",
        "daily_budget": 50_000,
        "targeting": targeting(),
        "status": "PAUSED",
    } | changes


def story(page_id: str, image_hash: str) -> dict[str, Any]:
    action = {"type": "APPLY_NOW", "value": {"link": LINK}}
    data = {
        "link": LINK,
        "message": "Ven",
        "name": "Soldador",
        "image_hash": image_hash,
        "call_to_action": action,
    }
    return {"page_id": page_id, "link_data": data}


@pytest.fixture
def world() -> Iterator[Sandbox]:
    with Sandbox(today=date(2026, 10, 1)) as served:
        yield served


@pytest.fixture
def client(world: Sandbox) -> Iterator[Client]:
    made = Client(world)
    yield made
    made.close()
