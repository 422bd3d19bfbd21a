"""A world for each platform, told in neutral words: what can befall a call, and what really is.

The conformance suite (`test_every_platform.py`) speaks only these words; a new platform adds one class.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from google_settings import google_settings_of
from meta_settings import settings_of

from adflux_core.advertising import PlatformName
from adflux_core.money import Money
from sandbox.server import Sandbox

Fault = Mapping[str, Any]
TODAY = date(2026, 10, 1)
LATE = 7200  # seconds: longer than the quiescence time


@dataclass(frozen=True)
class Shown:
    """One campaign as it really stands."""

    external_id: str
    status: str
    delivers: bool


class PlatformWorld(ABC):
    """A sandbox of one's own, in the words that all platforms share."""

    name: ClassVar[PlatformName]
    creating: ClassVar[Fault]  # the call that makes the first object of a tree
    reading: ClassVar[Fault]  # any call that only reads
    numbers: ClassVar[Fault]  # the call that reads daily numbers
    switching: ClassVar[Fault]  # a call that changes what exists
    broken: ClassVar[Fault]  # a server that fails without saying whether it did anything
    throttled: ClassVar[Fault]
    refused: ClassVar[Fault]  # for good, and for what was sent
    revoked: ClassVar[Fault]
    cut_short: ClassVar[Fault]  # the numbers stop in the middle
    otherwise: ClassVar[Fault]  # the budget reads a hundred times what was sent

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    def befall(self, call: Fault, what: Fault, times: int = 1) -> None:
        """The next such calls suffer this."""
        self.sandbox.control("POST", "faults", {**call, **what, "times": times})

    def peace(self) -> None:
        self.sandbox.control("DELETE", "faults")

    def advance(self, days: int) -> None:
        self.sandbox.control("POST", "clock", {"advance_days": days})

    def settle(self) -> None:
        """What is still under way arrives."""
        self.sandbox.control("POST", "flush")

    def objects(self, *kinds: str) -> list[dict[str, Any]]:
        found = self.sandbox.control("GET", "objects")["objects"]
        return [one for one in found if one["platform"] == self.name and (not kinds or one["kind"] in kinds)]

    def numbers_of(self, since: date, until: date) -> list[tuple[Any, ...]]:
        """What a perfect reader holds now, as (day, ad, impressions, clicks, spend, applications)."""
        rows = self.sandbox.control("GET", "truth", {"since": str(since), "until": str(until)})["reported"]
        return sorted(self.row(one) for one in rows if one["platform"] == self.name)

    @classmethod
    def start(cls) -> Sandbox:
        return Sandbox(today=TODAY, seed=7)

    @abstractmethod
    def environment(self) -> dict[str, str]:
        """The settings that make it the configured platform."""

    @abstractmethod
    def secrets(self) -> set[str]:
        """What no error may carry."""

    @abstractmethod
    def campaigns(self) -> list[Shown]:
        """Every campaign there is."""

    @abstractmethod
    def writes(self) -> int:
        """How many calls changed, or tried to change, something."""

    @abstractmethod
    def row(self, told: Mapping[str, Any]) -> tuple[Any, ...]:
        """A row of the truth as `numbers_of` has it."""

    @abstractmethod
    def money(self) -> list[Money]:
        """The budgets on the platform."""

    @abstractmethod
    def targeting(self) -> list[Any]:
        """All that our calls said about whom the ads reach."""

    @abstractmethod
    def reject(self) -> str:
        """The next ad fails its review; the word that must be told of it."""

    @abstractmethod
    def gone(self) -> str:
        """An id of a campaign that does not exist, in the platform's own form."""


class MetaWorld(PlatformWorld):
    """Graph HTTP."""

    name = PlatformName.META
    creating: ClassVar[Fault] = {"method": "POST", "path": "campaigns$"}
    reading: ClassVar[Fault] = {"method": "GET", "path": ""}
    numbers: ClassVar[Fault] = {"method": "GET", "path": "insights$"}
    switching: ClassVar[Fault] = {"method": "POST", "path": r"^\d+$"}
    broken: ClassVar[Fault] = {"kind": "html_502"}
    throttled: ClassVar[Fault] = {"kind": "throttle"}
    refused: ClassVar[Fault] = {"kind": "graph_error", "code": 100, "http_status": 400, "is_transient": False}
    revoked: ClassVar[Fault] = {"kind": "revoked_token"}
    cut_short: ClassVar[Fault] = {"kind": "non_json_200"}
    otherwise: ClassVar[Fault] = {
        "kind": "read_back_differs",
        "method": "POST",
        "path": "adsets$",
        "field": "lifetime_budget",
        "value": 80_000_000,
    }

    def environment(self) -> dict[str, str]:
        return settings_of(self.sandbox)

    def secrets(self) -> set[str]:
        return {
            self.sandbox.meta_access_token,
            self.sandbox.meta_app_secret or self.sandbox.meta_access_token,
        }

    def campaigns(self) -> list[Shown]:
        return [Shown(one["id"], one["status"], one["delivers"]) for one in self.objects("campaign")]

    def writes(self) -> int:
        calls = self.sandbox.control("GET", "calls")["calls"]
        return sum(one["method"] == "POST" and "execution_options" not in one["params"] for one in calls)

    def row(self, told: Mapping[str, Any]) -> tuple[Any, ...]:
        counts = (told["impressions"], told["clicks"], told["spend"], told["applications"])
        return (told["date_day"], told["ad_id"], *(str(one) for one in counts))

    def money(self) -> list[Money]:
        # Meta counts COP in whole pesos.
        return [Money.of("COP", int(one["values"]["lifetime_budget"])) for one in self.objects("adset")]

    def targeting(self) -> list[Any]:
        calls = self.sandbox.control("GET", "calls")["calls"]
        return [one["params"]["targeting"] for one in calls if "targeting" in one["params"]]

    def reject(self) -> str:
        self.befall({"method": "POST", "path": "ads$"}, {"kind": "disapprove", "reason": "Misleading claims"})
        return "Misleading claims"

    def gone(self) -> str:
        return "120209999999999999"


class GoogleAdsWorld(PlatformWorld):
    """gRPC over TLS."""

    name = PlatformName.GOOGLE_ADS
    creating: ClassVar[Fault] = {"method": "GRPC", "path": "Mutate$"}
    reading: ClassVar[Fault] = {"method": "GRPC", "path": "SearchStream$"}
    numbers: ClassVar[Fault] = {"method": "GRPC", "path": "SearchStream$", "skip": 1}  # first the account
    switching: ClassVar[Fault] = {"method": "GRPC", "path": "Mutate$", "skip": 1}  # first the tree is made
    broken: ClassVar[Fault] = {"kind": "grpc_status", "status": "UNAVAILABLE"}
    throttled: ClassVar[Fault] = {"kind": "quota"}
    refused: ClassVar[Fault] = {"kind": "google_ads_error", "category": "range_error", "name": "TOO_LOW"}
    revoked: ClassVar[Fault] = {"kind": "revoked_token"}
    cut_short: ClassVar[Fault] = {"kind": "stream_break", "rows": 1}
    otherwise: ClassVar[Fault] = {
        "kind": "read_back_differs",
        "method": "GRPC",
        "path": "Mutate$",
        "field": "campaign_budget.total_amount_micros",
        "value": 80_000_000_000_000,
    }

    @classmethod
    def start(cls) -> Sandbox:
        return Sandbox(today=TODAY, seed=7, google_ads=True)

    def environment(self) -> dict[str, str]:
        return google_settings_of(self.sandbox)

    def secrets(self) -> set[str]:
        return {self.sandbox.google_ads_refresh_token, self.sandbox.google_ads_client_secret}

    def campaigns(self) -> list[Shown]:
        return [Shown(one["id"], one["status"], one["delivers"]) for one in self.objects("campaign")]

    def writes(self) -> int:
        calls = self.sandbox.control("GET", "calls")["calls"]
        return sum(one["params"].get("validate_only") == "false" for one in calls)

    def row(self, told: Mapping[str, Any]) -> tuple[Any, ...]:
        counts = (told["impressions"], told["clicks"], told["spend"], told["conversions"])
        ad = f"{told['ad_group_id']}~{told['ad_id']}"
        return (told["date_day"], ad, *(str(one) for one in counts))

    def money(self) -> list[Money]:
        micros = (int(one["values"]["total_amount_micros"]) for one in self.objects("campaign_budget"))
        return [Money.of("COP", Decimal(one) / 10**6) for one in micros]

    def targeting(self) -> list[Any]:
        return [one["values"] for one in self.objects("campaign_criterion", "ad_group_criterion")]

    def reject(self) -> str:
        self.befall(self.creating, {"kind": "disapprove", "reason": "MISLEADING_CONTENT"})
        return "MISLEADING_CONTENT"

    def gone(self) -> str:
        return "29999999999"


WORLDS: dict[PlatformName, type[PlatformWorld]] = {
    PlatformName.META: MetaWorld,
    PlatformName.GOOGLE_ADS: GoogleAdsWorld,
}
