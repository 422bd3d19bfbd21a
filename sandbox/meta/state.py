"""What the pretended platform holds: one ad account and everything in it."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import blake2b
from typing import Any

from sandbox.clock import Clock
from sandbox.ledger import Ledger
from sandbox.meta.currencies import Currency
from sandbox.meta.kinds import AD, AD_SET, CAMPAIGN
from sandbox.traffic import Dice, Outcome

FIRST_ID = 120_200_000_000_000_000
IDS_OF_AN_ACCOUNT = 10**9
APPROVED = "APPROVED"
PENDING = "PENDING"
DISAPPROVED = "DISAPPROVED"


@dataclass
class Node:
    id: str
    kind: str
    values: dict[str, Any]
    created: datetime
    updated: datetime
    visible_from: datetime
    status: str = "ACTIVE"
    review: str = PENDING
    verdict: dict[str, str] = field(default_factory=dict)  # why the next review will disapprove it
    issues: list[dict[str, Any]] = field(default_factory=list)
    budget_changes: list[float] = field(default_factory=list)
    read_back: dict[str, Any] = field(default_factory=dict)  # scripted: what is read instead


class Account:
    """One ad account with its page, its token and its country of taxation."""

    name = "AdFlux sandbox"
    page_name = "AdFlux sandbox page"

    def __init__(self, clock: Clock, currency: str, seed: int, country: str, place: int = 0) -> None:
        """`place`: which of the accounts that share one page, one app and its token; the first is 0."""
        self.clock = clock
        self.currency = Currency(currency)
        self.country = country
        self.seed = seed
        self.number = str(10**15 + self._digits(f"account {place}" if place else "account") % 10**14)
        self._first_id = FIRST_ID + place * IDS_OF_AN_ACCOUNT
        self.page_id = str(10**14 + self._digits("page") % 10**13)
        self.user_id = str(10**14 + self._digits("user") % 10**13)
        self.access_token = "SANDBOX" + self._secret("token") + self._secret("token, continued")
        self.token_expires_at: datetime | None = None
        self.short_lived_token = "SHORT" + self._secret("short-lived token")
        self.app_id = str(10**14 + self._digits("app") % 10**13)
        self.app_secret: str | None = self._secret("app")
        self.default_dsa: dict[str, str] = {}
        self.nodes: dict[str, Node] = {}
        self._by_kind: dict[str, list[Node]] = defaultdict(list)
        self.children: dict[str, list[Node]] = defaultdict(list)
        self.audiences: dict[str, Any] = {}  # the members of each, which `audiences` keeps
        self.ledger = Ledger()
        self.told: dict[
            tuple[str, date], tuple[int, int, Outcome]
        ] = {}  # the last report: spent, age, counts
        self.last_listing: tuple[Any, list[Any]] = (None, [])  # of numbers: what was asked, and the rows
        self.exposure: dict[tuple[str, date], float] = defaultdict(float)  # part of the day delivered

    @property
    def id(self) -> str:
        return f"act_{self.number}"

    def add(self, kind: str, values: dict[str, Any], *, status: str = "ACTIVE", hidden: float = 0) -> Node:
        now = self.clock.now
        node_id = str(self._first_id + len(self.nodes))
        node = Node(node_id, kind, values, now, now, now + timedelta(seconds=hidden), status)
        self.nodes[node_id] = node
        self._by_kind[kind].append(node)
        for parent in ("campaign_id", "adset_id"):
            if parent in values:
                self.children[values[parent]].append(node)
        return node

    def find(self, node_id: Any, *kinds: str) -> Node | None:
        node = self.nodes.get(str(node_id))
        return node if node is not None and (not kinds or node.kind in kinds) else None

    def of_kind(self, kind: str) -> Iterator[Node]:
        return iter(self._by_kind[kind])

    def ad_set_of(self, ad: Node) -> Node:
        return self.nodes[ad.values["adset_id"]]

    def campaign_of(self, node: Node) -> Node:
        return node if node.kind == CAMPAIGN.name else self.nodes[node.values["campaign_id"]]

    def ancestry(self, node: Node) -> list[Node]:
        """The node and everything above it, nearest first."""
        if node.kind == AD.name:
            return [node, self.ad_set_of(node), self.campaign_of(node)]
        if node.kind == AD_SET.name:
            return [node, self.campaign_of(node)]
        return [node]

    def ads_of(self, node: Node) -> list[Node]:
        """An ad itself, or the ads of an ad set or campaign, deleted ones included."""
        return [node] if node.kind == AD.name else [n for n in self.children[node.id] if n.kind == AD.name]

    def dice(self, node: Node, day: date | None = None) -> Dice:
        return Dice(f"{self.seed}/meta/{node.id}/{day}")

    @property
    def spent(self) -> int:
        return sum(self.ledger.total[campaign.id] for campaign in self.of_kind(CAMPAIGN.name))

    def _digits(self, name: str) -> int:
        return int(self._secret(name), 16)

    def _secret(self, name: str) -> str:
        return blake2b(f"{self.seed}/{name}".encode(), digest_size=16).hexdigest()
