"""A sandbox that is looked at after every write, and whose n-th call goes wrong as scripted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import select

from adflux_core import database
from adflux_core.schema.publication import PlatformObject
from sandbox.faults import EFFECTS, KINDS, Fault
from sandbox.meta.state import Node
from sandbox.server import Sandbox
from sandbox.web import Reply, Request

APPROVED_BUDGET = 800_000  # what `meta_publications.planned` asks for, in Meta's unit of COP
BUDGETS = ("daily_budget", "lifetime_budget")

Trouble = Mapping[str, Any]  # a fault as the sandbox's script has it, without saying when


class WatchedSandbox(Sandbox):
    """`script` says what the n-th call suffers; `violations` tells what must never have been, and was."""

    def __init__(self, **how: Any) -> None:
        super().__init__(**how)
        self.script: dict[int, Sequence[Trouble]] = {}
        self.asked = 0
        self.meanwhile: dict[int, Callable[[], object]] = {}  # what else happens while the n-th call waits
        self.watching = True
        self.publication_id: int | None = None  # whose objects these are; None: any publication's
        self.violations: list[str] = []
        # Money is spent when time goes on, so that is when it has to be right.
        self.clock.on_advance.insert(0, lambda _before, _now: self.look_at_the_money())

    def begin(self, script: Mapping[int, Sequence[Trouble]]) -> None:
        """Count the calls from one, under this script."""
        self.script, self.asked = dict(script), 0

    def perform(self, request: Request) -> Reply | None:
        self.asked += 1
        self.meanwhile.pop(self.asked, lambda: None)()
        for trouble in self.script.pop(self.asked, ()):
            if trouble["kind"] in EFFECTS:
                # What happens to the object travels with the request, so that its answer can be lost on top.
                details = KINDS[trouble["kind"]] | trouble
                request = request.under(Fault(trouble["kind"], "", "", 1, details=dict(details)))
            else:
                self.faults.add(trouble)
        return super().perform(request)

    def _do(self, request: Request) -> Reply:
        with self._lock:
            reply = super()._do(request)
            if request.method != "GET" and self.watching:
                self.look()
            return reply

    @contextmanager
    def unwatched(self) -> Iterator[None]:
        """While our database cannot be asked."""
        self.watching = False
        yield
        self.watching = True

    def look(self) -> None:
        """What must hold at every moment, whatever the schedule and the review still hold back."""
        owned = bound_ids(self.publication_id)
        for node in self.account.nodes.values():
            if _switched_on(node) and node.id not in owned:
                self.violations.append(f"unbound {node.kind} {node.id} is ACTIVE")
        running = self.running()
        if len(running) > 1:
            self.violations.append(f"{len(running)} campaigns run at once")

    def look_at_the_money(self) -> None:
        """One purse for each campaign that runs, and in it what was approved."""
        for campaign in self.running():
            purses = [
                campaign,
                *(
                    one
                    for one in self.account.children[campaign.id]
                    if one.kind == "adset" and _switched_on(one)
                ),
            ]
            money = [(name, one.values[name]) for one in purses for name in BUDGETS if one.values.get(name)]
            if money != [("lifetime_budget", APPROVED_BUDGET)]:
                self.violations.append(f"campaign {campaign.id} runs with {money}")

    def running(self) -> list[Node]:
        """Campaigns that are switched on from top to bottom."""
        switched_on = [node for node in self.account.nodes.values() if _switched_on(node)]
        ads = [node for node in switched_on if node.kind == "ad"]
        whole = {self.account.campaign_of(ad).id for ad in ads if _switched_on(self.account.ad_set_of(ad))}
        return [node for node in switched_on if node.kind == "campaign" and node.id in whole]


def bound_ids(publication_id: int | None = None) -> set[str]:
    """The external ids that a publication owns, or all do, as committed."""
    with database.transaction() as session:
        owned = select(PlatformObject.external_id).where(PlatformObject.external_id.is_not(None))
        if publication_id is not None:  # two worlds give the same ids
            owned = owned.where(PlatformObject.publication_id == publication_id)
        return set(session.scalars(owned).all())


def _switched_on(node: Node) -> bool:
    return node.kind in {"campaign", "adset", "ad"} and node.status == "ACTIVE"
