"""The toy told in neutral words: the class that the recipe puts into `tests/worlds/platform_worlds.py`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from platform_worlds import TODAY, Fault, PlatformWorld, Shown

from adflux_core.advertising import PlatformName
from adflux_core.money import Money
from sandbox.server import Sandbox


class ToyWorld(PlatformWorld):
    """Forms over HTTP."""

    name = PlatformName.TOY
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

    def campaigns(self) -> list[Shown]:
        return [Shown(one["id"], one["status"], one["delivers"]) for one in self.objects("campaign")]

    def writes(self) -> int:
        calls = self.sandbox.control("GET", "calls")["calls"]
        return sum(one["method"] == "POST" and "dry_run" not in one["params"] for one in calls)

    def row(self, told: Mapping[str, Any]) -> tuple[Any, ...]:
        counts = (told["impressions"], told["clicks"], told["spend"], told["applications"])
        return (told["date_day"], told["ad_id"], *counts)

    def money(self) -> list[Money]:
        return [Money.parse(f"COP {one['content']['budget']}") for one in self.objects("campaign")]

    def targeting(self) -> list[Any]:
        calls = self.sandbox.control("GET", "calls")["calls"]
        return [one["params"]["targeting"] for one in calls if "targeting" in one["params"]]

    def reject(self) -> str:
        self.befall({"method": "POST", "path": "ads$"}, {"kind": "disapprove", "reason": "Misleading claims"})
        return "Misleading claims"

    def gone(self) -> str:
        return "999999"
