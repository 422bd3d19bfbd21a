"""What the pretended platform holds: one customer and every resource in it."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sandbox.clock import Clock
from sandbox.google_ads.access import secret
from sandbox.google_ads.counts import Numbers
from sandbox.google_ads.index import Index, Key, child_of, keys_of
from sandbox.google_ads.kinds import (
    AD_GROUP_AD,
    BUDGET,
    CAMPAIGN,
    CUSTOMER,
    Kind,
    Pb,
    enum_name,
)
from sandbox.ledger import Ledger
from sandbox.meta.currencies import CURRENCIES
from sandbox.traffic import Dice

MICROS = 1_000_000
FIRST_ID = 20_000_000_000
IDS_OF_A_CUSTOMER = 10**8
MINIMUM_PER_DAY_USD = 1  # chosen: Google publishes no minimum for Search
CHEAPEST_CLICK_THOUSAND_USD = 12.0  # our own figure: what a thousand impressions beside a search cost here


@dataclass
class Resource:
    kind: Kind
    name: str
    message: Pb
    created: datetime
    listed_from: datetime
    month_limit: tuple[date, int] | None = None  # of a changed budget: the month, and its limit
    given_name: str = ""  # of a budget: what it was called before its campaign gave it its own name
    verdict: list[tuple[str, str]] = field(default_factory=list)  # topics it will fail its review for

    @property
    def status(self) -> str:
        return enum_name(self.message, "status")

    @property
    def is_removed(self) -> bool:
        return self.status == "REMOVED"

    def copy(self) -> "Resource":
        message = type(self.message)()
        message.CopyFrom(self.message)
        return replace(self, message=message, verdict=list(self.verdict))


class Customer:
    """One advertiser's account under one manager account."""

    name = "AdFlux sandbox"

    def __init__(self, clock: Clock, currency: str, seed: int, place: int = 0) -> None:
        """`place`: which of those below the manager; the first is 0."""
        if currency not in CURRENCIES:
            raise ValueError(f"{currency} is not a currency of this sandbox: {', '.join(CURRENCIES)}")
        self.clock = clock
        self.currency = currency
        self.seed = seed
        self.id = str(
            10**9 + int(secret(seed, f"customer {place}" if place else "customer"), 16) % (9 * 10**9)
        )
        self.manager_id = str(10**9 + int(secret(seed, "manager"), 16) % (9 * 10**9))
        self.status = "ENABLED"
        self.hec_agreement_required = False
        self.eu_declaration_required = False
        self.resources: dict[str, Resource] = {}
        self._index = Index()
        self._by_kind: dict[str, dict[str, Resource]] = defaultdict(dict)
        self._last_id = FIRST_ID + place * IDS_OF_A_CUSTOMER
        self.ledger = Ledger()
        self.told: dict[
            tuple[str, date], tuple[int, int, Numbers]
        ] = {}  # the last report: spent, age, counts
        self.exposure: dict[tuple[str, date], float] = defaultdict(float)  # part of the day delivered

    @property
    def resource_name(self) -> str:
        return f"customers/{self.id}"

    # Money. Amounts are micros on the wire, and whole smallest units in the ledger.

    @property
    def unit(self) -> int:
        """Micros in the smallest amount that can be paid: a cent, or one of a currency without cents."""
        return MICROS // CURRENCIES[self.currency][0]

    def micros(self, dollars: float) -> int:
        """As much in this currency, in whole units, at a round rate."""
        whole = dollars * float(CURRENCIES[self.currency][1]) * MICROS
        return max(1, round(whole / self.unit)) * self.unit

    @property
    def minimum_per_day(self) -> int:
        return self.micros(MINIMUM_PER_DAY_USD)

    @property
    def cost_per_thousand(self) -> float:
        """In smallest units."""
        return self.micros(CHEAPEST_CLICK_THOUSAND_USD) / self.unit

    # Resources.

    def next_id(self) -> int:
        self._last_id += 1
        return self._last_id

    def find(self, name: str) -> Resource | None:
        return self.resources.get(name)

    def of_kind(self, kind: Kind) -> Iterator[Resource]:
        return iter(self._by_kind[kind.name].values())

    def put(self, resource: Resource) -> None:
        self.resources[resource.name] = resource
        self._by_kind[resource.kind.name][resource.name] = resource
        self._index.add(resource)

    def names(self, key: Key) -> list[str]:
        return self._index.names(key)

    def parent(self, resource: Resource) -> Resource | None:
        """What it belongs to: an ad its ad group, an ad group its campaign, a campaign its budget."""
        if not resource.kind.references:
            return None
        return self.resources[getattr(resource.message, resource.kind.references[0])]

    def above(self, resource: Resource, kind: Kind) -> Resource:
        found: Resource | None = resource
        while found is not None and found.kind != kind:
            found = self.parent(found)
        if found is None:
            raise LookupError(f"no {kind.name} stands above {resource.name}")
        return found

    def campaigns_on(self, budget: Resource) -> list[Resource]:
        return self.within(CAMPAIGN, budget)

    def within(self, kind: Kind, parent: Resource) -> list[Resource]:
        key = child_of(kind, parent.name)
        found = (self.resources[name] for name in self._index.names(key))
        return [one for one in found if key in keys_of(one)]

    def ads_of(self, resource: Resource | None) -> list[Resource]:
        """The ads below it, removed ones included; of none, all of the customer's."""
        if resource is not None and resource.kind == AD_GROUP_AD:
            return [resource]
        return [
            ad
            for ad in self.of_kind(AD_GROUP_AD)
            if resource is None or self.above(ad, resource.kind) is resource
        ]

    def budget_of(self, resource: Resource) -> Resource:
        return self.above(resource, BUDGET)

    def dice(self, resource: Resource, day: date | None = None) -> Dice:
        return Dice(f"{self.seed}/google_ads/{resource.name}/{day}")

    def described(self) -> Pb:
        """The customer as a resource."""
        message: Any = CUSTOMER.message_class(
            resource_name=self.resource_name,
            id=int(self.id),
            descriptive_name=self.name,
            currency_code=self.currency,
            time_zone=self.clock.zone.key,
            manager=False,
            test_account=True,
        )
        described = message.DESCRIPTOR.fields_by_name["status"].enum_type
        message.status = described.values_by_name[self.status].number
        return message
