"""The neutral words of advertising, and what every ad platform must be able to do.

A plan compiles to steps. A step is what one remote call creates, all of it or nothing: Meta makes one
object a step, Google a whole tree. `publication.converge` walks the steps and knows no platform.
"""

from __future__ import annotations

import hashlib
import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, NamedTuple, Protocol

from pydantic import BaseModel, ConfigDict, Field

from adflux_core.money import Money
from adflux_core.targeting import City, TargetingSpec
from adflux_core.witness import NOBODY, Witness


class PlatformName(StrEnum):
    """The platforms AdFlux publishes to; `platforms.REGISTRY` has one line for each."""

    META = "meta"
    GOOGLE_ADS = "google_ads"


class DesiredState(StrEnum):
    """What we want of a publication; `converge` makes it so."""

    PAUSED = "paused"
    ACTIVE = "active"
    CLOSED = "closed"


class Account(BaseModel):
    """An ad account as its platform describes it."""

    model_config = ConfigDict(frozen=True)

    platform: PlatformName
    external_id: str
    name: str
    currency: str
    time_zone: str
    smallest_daily_budget: Money


class Creative(BaseModel):
    """The words and the picture of one ad, to the byte. Lengths are the platform compiler's to check."""

    model_config = ConfigDict(frozen=True, ser_json_bytes="base64", val_json_bytes="base64")

    language: str
    headline: Annotated[str, Field(min_length=1)]
    primary_text: Annotated[str, Field(min_length=1)]
    description: str
    link: Annotated[str, Field(pattern=r"^https?://")]
    image: bytes  # PNG or JPEG; empty for an ad of words alone
    source: str  # "template/1": what wrote it, for the record
    # Of a search ad. Left out of the JSON when there are none: a plan without them keeps its hash.
    headlines: Annotated[tuple[str, ...], Field(exclude_if=operator.not_)] = ()
    descriptions: Annotated[tuple[str, ...], Field(exclude_if=operator.not_)] = ()
    variant: Annotated[int | None, Field(exclude_if=operator.not_)] = None  # the stored words, by their id


class CampaignPlan(BaseModel):
    """All that one publication puts on one platform. Its hash is what an approval binds to."""

    model_config = ConfigDict(frozen=True, ser_json_bytes="base64", val_json_bytes="base64")

    platform: PlatformName
    account_id: str
    posting_id: int
    name: str
    advertiser: str | None  # who pays and benefits, as the law of some places wants it named
    budget: Money  # for the whole life of the campaign
    starts_at: datetime  # with the account's offset
    ends_at: datetime
    targeting: TargetingSpec
    creative: Creative
    # What people search for who should see the ad; left out of the JSON like the creative's headlines.
    keywords: Annotated[tuple[str, ...], Field(exclude_if=operator.not_)] = ()

    def spec_hash(self) -> str:
        """SHA-256 of the canonical JSON: any change, however small, is another plan."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


@dataclass(frozen=True)
class Node:
    """One object to be on the platform.

    `payload` is what is sent, without the parents' ids; `expected` what reading it back must show;
    `token` is unique to the publication and node and travels in the object's name. `delivers` marks the
    objects that have a status to switch; `idempotent` those that the platform makes once however often
    they are sent; `budget` is the part of the payload that an approved change of budget sends again, under
    names that `expected` has too. `found_by` is the token of another node of the same step, for objects that
    have no name of their own: where that one is, this one is.
    """

    kind: str
    ordinal: int
    token: str
    payload: Mapping[str, Any]
    expected: Mapping[str, Any] = field(default_factory=dict)
    parents: Mapping[str, str] = field(default_factory=dict)  # wire field -> kind of the parent node
    delivers: bool = False
    idempotent: bool = False
    budget: Mapping[str, Any] = field(default_factory=dict)
    found_by: str = ""

    @property
    def key(self) -> tuple[str, int]:
        return self.kind, self.ordinal


@dataclass(frozen=True)
class Step:
    """Nodes that one call creates atomically."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class RemoteObject:
    """An object of ours as the platform shows it now."""

    kind: str
    external_id: str
    name: str
    status: DesiredState  # what the platform was last told
    effective_status: str  # the platform's own word, for people
    issues: tuple[str, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)  # comparable with Node.expected
    parents: Mapping[str, str] = field(default_factory=dict)  # wire field -> id, as Node.parents names them
    created_at: datetime | None = None


class AdMetrics(NamedTuple):
    """One ad on one day of the account's own calendar, in its currency. A tuple: there are millions."""

    date_day: date
    campaign_id: str
    ad_group_id: str
    ad_id: str
    currency: str
    impressions: int
    clicks: int
    link_clicks: int
    spend: Decimal
    applications: Decimal


@dataclass(frozen=True)
class AccountDay:
    """The account's own total of a day: the control that the ad rows must add up to."""

    date_day: date
    impressions: int
    clicks: int
    spend: Decimal


class ShownTo(NamedTuple):
    """What one ad did in a month among people of one age and gender, in the platform's own words for them."""

    month: date  # its first day
    ad_id: str
    age: str
    gender: str
    impressions: int
    clicks: int
    spend: Decimal


@dataclass
class MetricsWindow:
    """Everything the platform says about [since, until].

    `rows` may be read only while they are gone through, and are read anew each time: what breaks off raises
    there, and nothing of it counts. `pages` counts on meanwhile.
    """

    account: Account
    since: date
    until: date
    rows: Iterable[AdMetrics]
    totals: Sequence[AccountDay]
    pages: int


@dataclass(frozen=True)
class Allowance:
    """What a platform lets all callers of one ad account do together."""

    points: int  # the most within a sliding window of five minutes
    hourly_calls: int


@dataclass(frozen=True)
class Usage:
    """What one reply said about its account. Percentages run from 0 to 100 and beyond."""

    allowance: Allowance | None = None  # of the account's tier, when it was told
    score: float = 0.0  # percent of the points
    used: float = 0.0  # percent of the scarcest other share: calls, CPU, time
    blocked_for: float = 0.0  # seconds until the account may be called again


@dataclass(frozen=True)
class Room:
    """Leave for one call, and what was known of the account when it was given."""

    allowance: Allowance
    score: int  # points within the window, this call's among them
    used: float


class Governor(Protocol):
    """Room for calls on the ad accounts of one platform, shared by everybody who calls them."""

    def ask(self, account_id: str, points: int, *, writing: bool) -> Room:
        """Return when the call may be made. Raises ThrottledError when that is not soon: nothing was sent."""
        ...

    def note(self, account_id: str, room: Room, usage: Usage) -> None:
        """Keep what the reply to that call said, for everybody."""
        ...


class AdPlatform(Protocol):
    """What `publication` and `metrics` ask of a platform. Every method raises only `adflux_core.errors`."""

    name: PlatformName
    account_id: str  # known before it is asked; `Account.external_id`
    nodes: Sequence[tuple[str, int]]  # kind and ordinal of each object of a publication, parents first
    daily_overrun: Decimal  # how many times the average day of a budget one day may cost
    link_parameters: Mapping[str, str]  # what an ad's link says of the platform, its own macros among it

    def account(self) -> Account:
        """The account, read from the platform."""
        ...

    def cities(self, country: str, names: Sequence[str]) -> Sequence[City]:
        """Those of a country's cities that the platform knows under these names, each once and for sure."""
        ...

    def compile(self, plan: CampaignPlan, tokens: Mapping[tuple[str, int], str]) -> Sequence[Step]:
        """Exact payloads, everything PAUSED. Pure. Raises ValidationError on what the platform forbids."""
        ...

    def create(self, step: Step, bound: Mapping[str, str]) -> Mapping[tuple[str, int], str]:
        """Create the step's nodes by one call under these parents: their ids. Raises AmbiguousError."""
        ...

    def validate(self, step: Step) -> str:
        """What the platform says against creating the step, without doing so; empty: nothing that we know."""
        ...

    def change_budget(self, node: Node, external_id: str) -> None:
        """Send the node's budget again. Doing it twice is doing it once. Raises AmbiguousError."""
        ...

    def find(self, node: Node) -> Sequence[RemoteObject]:
        """Objects with the node's token, or of what carries `found_by`; oldest first, none deleted."""
        ...

    def read(self, kind: str, external_id: str) -> RemoteObject:
        """One object with the fields that `Node.expected` names. Raises NotFoundError."""
        ...

    def read_tree(self, bound: Mapping[str, str]) -> Mapping[str, RemoteObject]:
        """What `read` says of each of these ids, by kind, for fewer calls. Raises NotFoundError."""
        ...

    def set_status(self, kind: str, external_id: str, status: DesiredState) -> None:
        """Switch one object. Setting what already is changes nothing. Raises AmbiguousError."""
        ...

    def list_ours(self, prefix: str) -> Iterator[RemoteObject]:
        """Every object whose name carries `prefix`, whatever its state, deleted ones left out."""
        ...

    def read_metrics(self, since: date, until: date, seen: Witness = NOBODY) -> MetricsWindow:
        """Daily rows per ad for [since, until] in the account's calendar, and the account's totals."""
        ...

    def read_shown_to(self, since: date, until: date, seen: Witness = NOBODY) -> Sequence[ShownTo] | None:
        """To whom each ad was shown, by month, in [since, until]; None where the platform does not say."""
        ...

    def screen_url(self, campaign_id: str) -> str:
        """Where a person finds the campaign on the platform's own screen."""
        ...
