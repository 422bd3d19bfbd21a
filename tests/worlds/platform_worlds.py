"""The world of each platform, as `platform_world` has the words for it; a new platform adds one class."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from google_settings import google_settings_of
from meta_settings import settings_of
from platform_world import TODAY, Advertised, Fault, PlatformWorld, Shown, Switched

from adflux_core.advertising import PlatformName
from adflux_core.money import Money
from sandbox.server import Sandbox


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
