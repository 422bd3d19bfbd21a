"""A world for each platform, told in neutral words: what can befall a call, and what really is.

The conformance suite (`test_every_platform.py`) and the proofs by real kills (`tests/kills`) speak only these
words; a new platform adds one class.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
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
    """One object of a tree as it really stands."""

    kind: str  # as a `Node` says it
    external_id: str
    name: str  # its own, or that of what it belongs to
    status: str
    delivers: bool
    spent: int

    @property
    def put_away(self) -> bool:
        """Archived, deleted, removed: whatever the platform calls the end."""
        return self.status not in {"ACTIVE", "ENABLED", "PAUSED"}


@dataclass(frozen=True)
class Switched:
    """What a call wanted to run: an object that was there, or, without an id, one that it made."""

    kind: str
    external_id: str


@dataclass(frozen=True)
class Advertised:
    """What the one ad on the platform says, where it leads, whom it reaches and until when."""

    words: str
    link: str
    countries: tuple[str, ...]
    last_day: str


class PlatformWorld(ABC):
    """A sandbox of one's own, in the words that all platforms share."""

    name: ClassVar[PlatformName]
    kinds: ClassVar[Mapping[str, str]]  # of a tree's objects, as the twin names them, and as a `Node` does
    unique_names: ClassVar[bool] = False  # it refuses a second campaign of the same name
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

    def pieces(self) -> list[Shown]:
        """Every object of every tree."""
        return [
            Shown(
                self.kinds[one["kind"]],
                one["id"],
                one["name"],
                one["status"],
                one.get("delivers", False),
                one.get("spent", 0),
            )
            for one in self.objects(*self.kinds)
        ]

    def campaigns(self) -> list[Shown]:
        return [one for one in self.pieces() if one.kind == "campaign"]

    def calls(self, since_index: int = 0) -> list[dict[str, Any]]:
        """What came over the wire."""
        asked = self.sandbox.control("GET", "calls", {"since_index": since_index})
        found: list[dict[str, Any]] = asked["calls"]
        return found

    def writes(self) -> int:
        return sum(map(self.is_write, self.calls()))

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
    def is_write(self, call: Mapping[str, Any]) -> bool:
        """Whether this call changed, or tried to change, something."""

    @abstractmethod
    def switched_on(self) -> list[Switched]:
        """Whatever our calls wanted to run, in their order."""

    @abstractmethod
    def row(self, told: Mapping[str, Any]) -> tuple[Any, ...]:
        """A row of the truth as `numbers_of` has it."""

    @abstractmethod
    def money(self) -> list[Money]:
        """The budgets on the platform."""

    @abstractmethod
    def advertised(self) -> Advertised:
        """Of a world that holds one publication."""

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
    kinds: ClassVar[Mapping[str, str]] = {
        "campaign": "campaign",
        "adset": "ad_group",
        "adcreative": "creative",
        "ad": "ad",
    }
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

    def is_write(self, call: Mapping[str, Any]) -> bool:
        return call["method"] == "POST" and "execution_options" not in call["params"]

    def switched_on(self) -> list[Switched]:
        there = {one.external_id: one.kind for one in self.pieces()}
        made = {"campaigns": "campaign", "adsets": "ad_group", "ads": "ad"}
        found = []
        for call in filter(self.is_write, self.calls()):
            what, status = call["path"].rpartition("/")[2], call["params"].get("status")
            if what in made and status != "PAUSED":  # nothing said is ACTIVE
                found.append(Switched(made[what], ""))
            elif what in there and status == "ACTIVE":
                found.append(Switched(there[what], what))
        return found

    def row(self, told: Mapping[str, Any]) -> tuple[Any, ...]:
        counts = (told["impressions"], told["clicks"], told["spend"], told["applications"])
        return (told["date_day"], told["ad_id"], *(str(one) for one in counts))

    def money(self) -> list[Money]:
        # Meta counts COP in whole pesos.
        return [Money.of("COP", int(one["values"]["lifetime_budget"])) for one in self.objects("adset")]

    def advertised(self) -> Advertised:
        (ad_set,), (creative,) = self.objects("adset"), self.objects("adcreative")
        link_data = creative["values"]["object_story_spec"]["link_data"]
        end = datetime.fromisoformat(ad_set["values"]["end_time"])
        return Advertised(
            words=json.dumps(link_data, ensure_ascii=False),
            link=link_data["link"],
            countries=tuple(ad_set["values"]["targeting"]["geo_locations"]["countries"]),
            last_day=str((end - timedelta(seconds=1)).date()),
        )

    def targeting(self) -> list[Any]:
        return [one["params"]["targeting"] for one in self.calls() if "targeting" in one["params"]]

    def reject(self) -> str:
        self.befall({"method": "POST", "path": "ads$"}, {"kind": "disapprove", "reason": "Misleading claims"})
        return "Misleading claims"

    def gone(self) -> str:
        return "120209999999999999"


class GoogleAdsWorld(PlatformWorld):
    """gRPC over TLS."""

    name = PlatformName.GOOGLE_ADS
    kinds: ClassVar[Mapping[str, str]] = {
        "campaign_budget": "budget",
        "campaign": "campaign",
        "ad_group": "ad_group",
        "ad_group_ad": "ad",
    }
    unique_names: ClassVar[bool] = True
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

    def pieces(self) -> list[Shown]:
        """An ad has no name of its own: it is known by its ad group's."""
        found = super().pieces()
        named = {one.external_id: one.name for one in found if one.kind == "ad_group"}
        return [
            replace(one, name=named[one.external_id.partition("~")[0]]) if one.kind == "ad" else one
            for one in found
        ]

    def is_write(self, call: Mapping[str, Any]) -> bool:
        return bool(call["params"].get("validate_only") == "false")

    def switched_on(self) -> list[Switched]:
        asked = [
            one.split(":")
            for call in filter(self.is_write, self.calls())
            for one in call["params"]["statuses"].split()
        ]
        return [
            Switched(self.kinds[kind], "" if what.endswith(".create") else name.rpartition("/")[2])
            for what, status, name in asked
            if (kind := what.partition(".")[0]) in {"campaign", "ad_group", "ad_group_ad"}
            and status != "PAUSED"  # nothing said is ENABLED
        ]

    def row(self, told: Mapping[str, Any]) -> tuple[Any, ...]:
        counts = (told["impressions"], told["clicks"], told["spend"], told["conversions"])
        ad = f"{told['ad_group_id']}~{told['ad_id']}"
        return (told["date_day"], ad, *(str(one) for one in counts))

    def money(self) -> list[Money]:
        micros = (int(one["values"]["total_amount_micros"]) for one in self.objects("campaign_budget"))
        return [Money.of("COP", Decimal(one) / 10**6) for one in micros]

    def advertised(self) -> Advertised:
        (campaign,), (ad,) = self.objects("campaign"), self.objects("ad_group_ad")
        places = [
            one["values"]["location"]["geo_target_constant"]
            for one in self.objects("campaign_criterion")
            if "location" in one["values"]
        ]
        return Advertised(
            words=json.dumps(ad["values"]["ad"]["responsive_search_ad"], ensure_ascii=False),
            link=ad["values"]["ad"]["final_urls"][0],
            countries=tuple({"geoTargetConstants/2170": "CO"}.get(one, one) for one in places),
            last_day=campaign["values"]["end_date_time"].partition(" ")[0],
        )

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
