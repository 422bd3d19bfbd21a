"""A world with Google Ads, the real client on it, and the smallest campaign that could run."""

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from google.ads.googleads.client import GoogleAdsClient
from google.ads.googleads.errors import GoogleAdsException
from google.oauth2.credentials import Credentials

from sandbox.google_ads.certificates import write_authority
from sandbox.server import Sandbox

VERSION = "v26"
TIMEOUT = 20
MICROS = 1_000_000


@pytest.fixture(scope="session", autouse=True)
def trust(tmp_path_factory: pytest.TempPathFactory) -> None:
    """gRPC reads its roots once a process, before its first channel; the authority is one a process."""
    folder: Path = tmp_path_factory.mktemp("authority")
    os.environ["GRPC_DEFAULT_SSL_ROOTS_FILE_PATH"] = str(write_authority(folder))
    os.environ["no_proxy"] = "localhost,127.0.0.1"


class Google:
    """The real client on one world."""

    def __init__(self, world: Sandbox, **how: Any) -> None:
        self.world = world
        self.id = world.google_ads_customer_id
        self.credentials = Credentials(
            None,
            refresh_token=how.pop("refresh_token", world.google_ads_refresh_token),
            client_id=world.google_ads_client_id,
            client_secret=world.google_ads_client_secret,
            token_uri=world.google_ads_token_uri,
        )
        how.setdefault("login_customer_id", world.google_ads_login_customer_id)
        self.client = GoogleAdsClient(
            credentials=how.pop("credentials", self.credentials),
            endpoint=world.google_ads_endpoint,
            version=VERSION,
            use_proto_plus=True,
            **how,
        )
        self.service = self.client.get_service("GoogleAdsService")

    # Asking.

    def search(self, query: str, **settings: Any) -> list[Any]:
        request = {"customer_id": self.id, "query": query, **settings}
        return list(self.service.search(request=request, timeout=TIMEOUT))

    def stream(self, query: str) -> list[Any]:
        batches = self.service.search_stream(customer_id=self.id, query=query, timeout=TIMEOUT)
        return [row for batch in batches for row in batch.results]

    def value(self, query: str) -> Any:
        """The one field of the one row."""
        (row,) = self.search(query)
        found = row
        for part in query.split()[1].split("."):
            found = getattr(found, part if part != "type" else "type_")
        return getattr(found, "name", found)

    def mutate(self, *operations: Any, **settings: Any) -> Any:
        request = {"customer_id": self.id, "mutate_operations": list(operations), **settings}
        return self.service.mutate(request=request, timeout=TIMEOUT)

    def make(self, *operations: Any) -> list[str]:
        """The names of what was made or changed."""
        return [names(one) for one in self.mutate(*operations).mutate_operation_responses]

    def refused(self, *operations: Any, **settings: Any) -> list[tuple[str, str, str]]:
        """Category, name and place of every error."""
        with pytest.raises(GoogleAdsException) as caught:
            self.mutate(*operations, **settings)
        return errors(caught.value.failure)

    def query_refused(self, query: str) -> str:
        with pytest.raises(GoogleAdsException) as caught:
            self.search(query)
        ((category, name, place),) = errors(caught.value.failure)
        assert (category, place) == ("query_error", "query")
        return name

    # The world.

    def fault(self, kind: str, **script: Any) -> None:
        self.world.control("POST", "faults", {"kind": kind, **script})

    def set(self, **state: Any) -> None:
        self.world.control("POST", "google_ads", state)

    def days(self, count: int) -> None:
        self.world.control("POST", "clock", {"advance_days": count})

    def calls(self) -> list[dict[str, Any]]:
        return [one for one in self.world.control("GET", "calls")["calls"] if one["method"] == "GRPC"]

    # Operations. Values are a dictionary of fields; what is None is not set.

    def operation(self, kind: str, action: str, values: Any, mask: str = "") -> Any:
        operation = self.client.get_type("MutateOperation")
        inner = getattr(operation, f"{kind}_operation")
        if action == "remove":
            inner.remove = values
            return operation
        cleaned = {name: value for name, value in values.items() if value is not None}
        target = getattr(inner, action)
        self.client.copy_from(target, type(target)(cleaned))
        if mask:
            inner.update_mask.paths.extend(mask.split())
        return operation

    def create(self, kind: str, values: dict[str, Any], **changes: Any) -> Any:
        return self.operation(kind, "create", values | changes)

    def update(self, kind: str, name: str, mask: str, /, **values: Any) -> Any:
        return self.operation(kind, "update", {"resource_name": name, **values}, mask)

    def remove(self, kind: str, name: str) -> Any:
        return self.operation(kind, "remove", name)

    def temporary(self, collection: str, number: int) -> str:
        return f"customers/{self.id}/{collection}/{number}"

    # The smallest campaign that could run, kind by kind.

    def budget(self, **changes: Any) -> Any:
        values = {
            "resource_name": self.temporary("campaignBudgets", -1),
            "name": "budget",
            "amount_micros": 50_000 * MICROS,
            "explicitly_shared": False,
        }
        return self.create("campaign_budget", values, **changes)

    def campaign(self, **changes: Any) -> Any:
        values = {
            "resource_name": self.temporary("campaigns", -2),
            "name": "campaign",
            "campaign_budget": self.temporary("campaignBudgets", -1),
            "advertising_channel_type": "SEARCH",
            "status": "ENABLED",
            "manual_cpc": {},
            "network_settings": {"target_google_search": True},
            "contains_eu_political_advertising": "DOES_NOT_CONTAIN_EU_POLITICAL_ADVERTISING",
            "start_date_time": "2026-10-01 00:00:00",
        }
        return self.create("campaign", values, **changes)

    def location(self, number: int = 2170, **changes: Any) -> Any:
        values = {
            "campaign": self.temporary("campaigns", -2),
            "location": {"geo_target_constant": f"geoTargetConstants/{number}"},
        }
        return self.create("campaign_criterion", values, **changes)

    def ad_group(self, **changes: Any) -> Any:
        values = {
            "resource_name": self.temporary("adGroups", -3),
            "name": "ad group",
            "campaign": self.temporary("campaigns", -2),
        }
        return self.create("ad_group", values, **changes)

    def keyword(self, text: str = "empleo soldador", **changes: Any) -> Any:
        values = {
            "ad_group": self.temporary("adGroups", -3),
            "keyword": {"text": text, "match_type": "PHRASE"},
        }
        return self.create("ad_group_criterion", values, **changes)

    def ad(self, **changes: Any) -> Any:
        rsa = {
            "headlines": [{"text": text} for text in ("Soldador en Bogotá", "Buen salario", "Postula hoy")],
            "descriptions": [{"text": text} for text in ("Contrato fijo y buen equipo", "Ven a trabajar")],
        }
        outer = {"ad_group": self.temporary("adGroups", -3), "status": "ENABLED"}
        outer |= {name: changes.pop(name) for name in ("ad_group", "status") if name in changes}
        ad = {"final_urls": ["https://jobs.example.com/1"]}
        ad |= {name: changes.pop(name) for name in ("final_urls",) if name in changes}
        return self.create("ad_group_ad", outer | {"ad": ad | {"responsive_search_ad": rsa | changes}})

    def tree(self, name: str = "campaign", **campaign: Any) -> list[Any]:
        return [
            self.budget(name=name),
            self.campaign(name=name, **campaign),
            self.location(),
            self.ad_group(),
            self.keyword(),
            self.ad(),
        ]


def names(response: Any) -> str:
    inner = type(response).pb(response)
    return str(getattr(inner, inner.WhichOneof("response")).resource_name)


def errors(failure: Any) -> list[tuple[str, str, str]]:
    return [_error(type(error).pb(error)) for error in failure.errors]


def _error(error: Any) -> tuple[str, str, str]:
    category = error.error_code.WhichOneof("error_code")
    described = error.error_code.DESCRIPTOR.fields_by_name[category].enum_type
    place = ".".join(
        f"{part.field_name}[{part.index}]" if part.HasField("index") else part.field_name
        for part in error.location.field_path_elements
    )
    return category, described.values_by_number[getattr(error.error_code, category)].name, place


@pytest.fixture
def google() -> Iterator[Google]:
    with Sandbox(today=date(2026, 10, 1), google_ads=True) as world:
        yield Google(world)


@pytest.fixture(scope="module")
def shared() -> Iterator[Google]:
    """One world for a whole table of refusals: they leave nothing behind."""
    with Sandbox(today=date(2026, 10, 1), google_ads=True) as world:
        yield Google(world)


@pytest.fixture(scope="module")
def make_google() -> Any:
    """Another client, as a test wants it."""
    return Google
