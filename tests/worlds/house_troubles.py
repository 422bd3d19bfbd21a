"""Every kind of alert there is: what befalls the house for it, and how it is mended."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from alembic.script import ScriptDirectory
from alerted_house import META, USUAL, House
from meta_publications import one_pass, open_posting, published
from sqlalchemy import text

from adflux_core import database
from adflux_core.accounts import open_platform
from adflux_core.advertising import DesiredState
from adflux_core.errors import PlatformError
from adflux_core.metrics.gaps import heal_gaps
from adflux_core.metrics.sync import RESTATED_DAYS
from adflux_core.publication.orders import desire

Deed = Callable[[House], object]
HEAD = ScriptDirectory(str(database.MIGRATIONS)).get_current_head() or ""
INSIGHTS = {"method": "GET", "path": "insights$"}
# As many as there are halves of a window down to one day: from then on a report is asked for.
TOO_MUCH = {**INSIGHTS, "path": r"act_\d+/insights$", "code": 100, "subcode": 1487534, "http_status": 400}
HALVES = 6
WEEKS = 22  # days: on three of the four weekdays before, the ads were seen as usual


def make_thin(house: House) -> None:
    """A day on which hardly anything is shown, though the campaign runs."""
    house.world.control("POST", "clock", {"advance_days": WEEKS})
    house.sync()
    (ad_set,) = house.world.account.of_kind("adset")
    ad_set.values["lifetime_spend_cap"] = house.world.account.ledger.total[ad_set.id]
    house.world.control("POST", "clock", {"advance_days": 2})  # the first has a morning behind it
    house.sync()


def show_again(house: House) -> None:
    (ad_set,) = house.world.account.of_kind("adset")
    del ad_set.values["lifetime_spend_cap"]
    house.world.control("POST", "clock", {"advance_days": 2})
    house.sync()


def miss_days(house: House) -> None:
    house.world.control("POST", "clock", {"advance_days": RESTATED_DAYS + 3})
    house.sync()


def read_them(house: House) -> None:
    heal_gaps(open_platform(META), today=house.world.clock.today)


def cut_a_report(house: House) -> None:
    """Half the rows of a report that calls itself complete: they do not add up to the account's own."""
    house.befall("graph_error", **TOO_MUCH, times=HALVES)
    house.befall("truncated_job", method="POST", path="insights$")
    house.sync()


def invent_a_field(house: House) -> None:
    house.befall("unknown_field", **INSIGHTS)
    house.sync()


def forget_the_field(_house: House) -> None:
    """Seven days on; nobody has to do anything about it."""
    with database.connection() as connected:
        connected.execute(text("UPDATE adflux.unknown_shape SET last_at = last_at - interval '8 days'"))


def pause_there(house: House) -> None:
    """On the platform's own screen."""
    open_platform(META).set_status("campaign", house.running_campaign.id, DesiredState.PAUSED)
    house.converge()


class Another:
    """A second campaign that comes to grief, and is closed."""

    def __init__(self, kind: str, patience: int = 0, **fault: object) -> None:
        self._kind, self._patience, self._fault = kind, patience, fault
        self._publication_id = 0

    def begin(self, house: House) -> None:
        tomorrow = house.world.clock.today + timedelta(days=1)
        self._publication_id = published(open_posting(self._kind), start=tomorrow)
        house.befall(self._kind, method="POST", **self._fault)
        with suppress(PlatformError):  # what is refused says so, and is kept
            one_pass(self._publication_id)
        if self._kind == "disapprove":  # the review takes place
            house.world.control("POST", "clock", {"advance_days": 1})
            one_pass(self._publication_id)
        for _ in range(self._patience):
            assert house.look().told == []

    def end(self, house: House) -> None:
        house.world.control("POST", "flush")
        desire(self._publication_id, DesiredState.CLOSED, "luz")
        one_pass(self._publication_id, later=timedelta(hours=1))
        house.sync()


REVIEWED = Another("disapprove", path="ads$")
ALTERED = Another("read_back_differs", path="adsets$", field="lifetime_budget", value=80_000_000)
REFUSED = Another("graph_error", path="campaigns$", code=100, http_status=400, is_transient=False)
UNANSWERED = Another("drop_before_commit", patience=12, path="campaigns$")  # twelve looks are an hour

# What is expected to be told, what befalls the house, and how it is mended.
INCIDENTS: list[tuple[str, Deed, Deed]] = [
    ("volume", make_thin, show_again),
    ("feed", lambda house: house.age("import_receipt", 3), lambda house: house.feed(USUAL)),
    ("shrunk", lambda house: house.feed(USUAL // 2), lambda house: house.feed(USUAL)),
    ("drifted", pause_there, House.resume),
    ("disapproved", REVIEWED.begin, REVIEWED.end),
    ("differs", ALTERED.begin, ALTERED.end),
    ("failed", REFUSED.begin, REFUSED.end),
    ("doubtful", UNANSWERED.begin, UNANSWERED.end),
    ("orphan", House.stray, House.sweep_away),
    ("near", House.come_near, lambda house: house.cap(10_000_000)),
    ("capped", House.overspend, House.allow_more),
    ("incomplete", cut_a_report, House.sync),
    ("unknown", invent_a_field, forget_the_field),
    ("stale", lambda house: house.age("metrics_slice", 2), House.sync),
    ("silent", lambda house: house.age("heartbeat", 1), House.beat),
    ("token", lambda house: house.expire(13.5), lambda house: house.expire(None)),
    ("token", lambda house: house.expire(6.5), lambda house: house.expire(None)),
    ("token", lambda house: house.expire(0.5), lambda house: house.expire(None)),
    ("gap", miss_days, read_them),
    ("stuck", lambda house: house.leave_run("SCHEDULED", timedelta(minutes=20)), House.end_run),
    ("database", House.lose_database, House.find_database),
    ("server", House.stop_server, House.start_server),
    ("zombie", lambda house: house.leave_run("RUNNING", timedelta(minutes=4)), House.end_run),
    ("schema", lambda house: house.schema("0001"), lambda house: house.schema(HEAD)),
    ("unreachable", House.fail_three_times, House.answer_again),
    ("stopped", House.stop, House.release),
    ("broken", House.fail_twice, House.succeed),
]
