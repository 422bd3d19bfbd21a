"""The toy told in neutral words: the class that the recipe puts into `tests/worlds/platform_worlds.py`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

from platform_world import TODAY, Advertised, Fault, PlatformWorld, Switched

from adflux_core.advertising import PlatformName
from adflux_core.money import Money
from sandbox.server import Sandbox


class ToyWorld(PlatformWorld):
    """Forms over HTTP."""

    name = PlatformName.TOY
    kinds: ClassVar[Mapping[str, str]] = {kind: kind for kind in ("campaign", "ad_group", "ad")}
    creating: ClassVar[Fault] = {"method": "POST", "path": "campaigns$"}
    reading: ClassVar[Fault] = {"method": "GET", "path": ""}
    numbers: ClassVar[Fault] = {"method": "GET", "path": "numbers$"}
    switching: ClassVar[Fault] = {"method": "POST", "path": r"s/\d+$"}
    broken: ClassVar[Fault] = {"kind": "plain_500"}
    throttled: ClassVar[Fault] = {"kind": "throttle"}
    refused: ClassVar[Fault] = {"kind": "graph_error", "http_status": 422, "message": "not for us"}
    revoked: ClassVar[Fault] = {"kind": "revoked_token"}
    cut_short: ClassVar[Fault] = {"kind": "drop_before_commit", "skip": 1}  # the first page still comes
    otherwise: ClassVar[Fault] = {
        "kind": "read_back_differs",
        "method": "POST",
        "path": "campaigns$",
        "field": "budget",
        "value": "80000000.00",
    }

    @classmethod
    def start(cls) -> Sandbox:
        from sandbox.toy.server import ToySandbox

        return ToySandbox(today=TODAY, seed=7)

    def environment(self) -> dict[str, str]:
        toy = self.sandbox.toy
        return {"TOY_URL": self.sandbox.toy_url, "TOY_TOKEN": toy.token, "TOY_ACCOUNT_ID": toy.id}

    def secrets(self) -> set[str]:
        return {self.sandbox.toy.token}

    def is_write(self, call: Mapping[str, Any]) -> bool:
        return call["method"] == "POST" and "dry_run" not in call["params"]

    def switched_on(self) -> list[Switched]:
        asked = [
            call["path"].split("/")[1:]
            for call in filter(self.is_write, self.calls())
            if call["params"].get("status") == "ACTIVE"
        ]
        return [Switched(place.removesuffix("s"), "".join(thing_id)) for place, *thing_id in asked]

    def row(self, told: Mapping[str, Any]) -> tuple[Any, ...]:
        counts = (told["impressions"], told["clicks"], told["spend"], told["applications"])
        return (told["date_day"], told["ad_id"], *counts)

    def money(self) -> list[Money]:
        return [Money.parse(f"COP {one['content']['budget']}") for one in self.objects("campaign")]

    def advertised(self) -> Advertised:
        (campaign,), (ad,) = self.objects("campaign"), self.objects("ad")
        end = datetime.fromisoformat(campaign["content"]["ends_at"]).astimezone(self.sandbox.clock.zone)
        return Advertised(
            words=json.dumps(ad["content"], ensure_ascii=False),
            link=ad["content"]["link"],
            countries=tuple(json.loads(campaign["content"]["targeting"])["countries"]),
            last_day=str((end - timedelta(seconds=1)).date()),
        )

    def targeting(self) -> list[Any]:
        return [one["params"]["targeting"] for one in self.calls() if "targeting" in one["params"]]

    def reject(self) -> str:
        self.befall({"method": "POST", "path": "ads$"}, {"kind": "disapprove", "reason": "Misleading claims"})
        return "Misleading claims"

    def gone(self) -> str:
        return "999999"
