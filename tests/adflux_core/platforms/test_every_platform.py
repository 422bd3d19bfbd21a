"""What every platform must do, whatever it is: one suite over the registry, real SDKs, real servers.

A new platform passes it with a class of its own in `tests/worlds/platform_worlds.py` and nothing else.
"""

from __future__ import annotations

import json
import pickle
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st
from meta_publications import open_posting
from platform_worlds import LATE, TODAY, WORLDS, PlatformWorld, Shown
from sqlalchemy import select

from adflux_core import database
from adflux_core.accounts import SharedGovernor
from adflux_core.advertising import AdPlatform, CampaignPlan, DesiredState, PlatformName, Step
from adflux_core.campaigns.approval import approve_plan, tokens_for
from adflux_core.campaigns.changing import draft_budget_change
from adflux_core.campaigns.drafting import draft_plan
from adflux_core.campaigns.links import find_click_id
from adflux_core.errors import (
    AdfluxError,
    AmbiguousError,
    CredentialsError,
    NotFoundError,
    PlatformError,
    ThrottledError,
    UnavailableError,
    ValidationError,
)
from adflux_core.metrics.sync import sync_metrics
from adflux_core.money import Money
from adflux_core.platforms import REGISTRY, open_platform
from adflux_core.publication.converge import Outcome, converge
from adflux_core.publication.orders import desire, order_publication
from adflux_core.publication.sweep import sweep
from adflux_core.schema.metrics import AdMetricsRow
from adflux_core.schema.publication import PlanItem

QUIESCENCE = timedelta(minutes=15)
BUDGET = Money.parse("COP 800000")
DAYS = 20
FIRST_DAY = TODAY + timedelta(days=1)
# What an ad for a job may never be aimed by, in any platform's words.
FORBIDDEN = (
    '"age',
    "gender",
    "zip",
    "postal",
    "exclu",
    "lookalike",
    "parental",
    "marital",
    "income",
    "user_list",
)


@pytest.fixture
def posting(database_url: str) -> int:
    return open_posting()


def opened(name: PlatformName, later: timedelta = timedelta(), account_id: str | None = None) -> AdPlatform:
    """The platform as if `later` had passed for its governor, too."""
    governor = SharedGovernor(name, now=lambda: time.time() + later.total_seconds())
    return open_platform(name, governor, account_id)


def planned(
    here: PlatformWorld, posting: int, budget: Money = BUDGET
) -> tuple[CampaignPlan, tuple[Step, ...]]:
    """A plan that is not ordered, and its steps."""
    plan_id = draft_plan(
        [posting], [here.name], budget=budget, days=DAYS, author="ana", start=FIRST_DAY
    ).plan_id
    platform = opened(here.name)
    with database.transaction() as session:
        item = session.scalars(select(PlanItem).where(PlanItem.plan_id == plan_id)).one()
        plan = CampaignPlan.model_validate_json(item.spec)
        tokens = tokens_for(session, plan_id, plan, platform.nodes)
    return plan, tuple(platform.compile(plan, tokens))


def ordered(here: PlatformWorld, posting: int) -> int:
    """An approved publication."""
    plan = draft_plan([posting], [here.name], budget=BUDGET, days=DAYS, author="ana", start=FIRST_DAY)
    approve_plan(plan.plan_id, "luz")
    (publication_id,) = order_publication(plan.plan_id, "test")
    return publication_id


def one_pass(publication_id: int, later: timedelta = timedelta()) -> Outcome:
    return converge(
        publication_id,
        lambda name, account_id: opened(name, later, account_id),
        quiescence=QUIESCENCE,
        now=lambda: datetime.now(UTC) + later,
    )


def live(here: PlatformWorld, posting: int) -> Outcome:
    outcome = one_pass(ordered(here, posting))
    assert (outcome.state, outcome.detail) == ("active", "")
    return outcome


def running(here: PlatformWorld) -> list[Shown]:
    """What delivers, once the schedule has begun and the review of what is new is over."""
    here.advance(2)
    return [one for one in here.campaigns() if one.delivers]


def test_each_platform_has_a_world() -> None:
    assert set(WORLDS) == set(REGISTRY)


# The account and the plan.


def test_the_account_says_its_currency_and_its_clock(here: PlatformWorld, database_url: str) -> None:
    account = opened(here.name).account()
    assert (account.platform, account.currency, account.time_zone) == (here.name, "COP", "America/Bogota")
    assert account.smallest_daily_budget.minor > 0


def test_a_plan_compiles_to_each_node_once_and_parents_first(here: PlatformWorld, posting: int) -> None:
    _, steps = planned(here, posting)
    nodes = [node for step in steps for node in step.nodes]
    assert [node.key for node in nodes] == list(opened(here.name).nodes)
    known: set[str] = set()
    for node in nodes:
        assert set(node.parents.values()) <= known
        known.add(node.kind)
    assert "campaign" in {node.kind for node in nodes if node.delivers}


def test_the_same_plan_compiles_to_the_same_bytes_and_calls_nobody(here: PlatformWorld, posting: int) -> None:
    plan, steps = planned(here, posting)
    calls = len(here.sandbox.control("GET", "calls")["calls"])
    tokens = {node.key: node.token for step in steps for node in step.nodes}
    again = opened(here.name).compile(plan, tokens)
    assert [_payloads(one) for one in again] == [_payloads(one) for one in steps]
    assert len(here.sandbox.control("GET", "calls")["calls"]) == calls


def _payloads(step: Step) -> str:
    return json.dumps([dict(node.payload) for node in step.nodes], default=str)


def test_a_plan_is_asked_about_without_making_anything(here: PlatformWorld, posting: int) -> None:
    before = len(here.objects())
    _, steps = planned(here, posting)
    assert opened(here.name).validate(steps[0]) == ""
    assert len(here.objects()) == before


def test_a_text_that_the_platform_does_not_take_is_refused_before_it_is_sent(
    here: PlatformWorld, posting: int
) -> None:
    plan, steps = planned(here, posting)
    tokens = {node.key: node.token for step in steps for node in step.nodes}
    wordy = {"primary_text": "y" * 3000, "headlines": ("x" * 300, "Empleo", "Postúlate")}
    creative = plan.creative.model_copy(update=wordy)
    with pytest.raises(ValidationError, match=r"long|wide"):
        opened(here.name).compile(plan.model_copy(update={"creative": creative}), tokens)


@given(st.integers(min_value=200_000, max_value=9_000_000))
@hypothesis(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
def test_money_arrives_exactly(here: PlatformWorld, posting: int, pesos: int) -> None:
    known, budget = len(here.money()), Money.of("COP", pesos)
    _, steps = planned(here, posting, budget)
    platform, bound = opened(here.name), dict[str, str]()
    tree = [step for step in steps if any(node.budget for node in step.nodes)]
    for step in steps[: steps.index(tree[-1]) + 1]:
        bound |= {kind: external_id for (kind, _), external_id in platform.create(step, bound).items()}
    assert here.money()[known:] == [budget]


# Publishing.


def test_a_posting_becomes_one_campaign_that_delivers(here: PlatformWorld, posting: int) -> None:
    outcome = live(here, posting)
    assert [one.external_id for one in running(here)] == [outcome.external_ids["campaign"]]
    assert set(outcome.external_ids) == {kind for kind, _ in opened(here.name).nodes}


def test_nothing_runs_before_the_last_call(here: PlatformWorld, posting: int) -> None:
    publication_id = ordered(here, posting)
    here.befall(here.switching, here.broken, times=99)
    assert one_pass(publication_id).state == "doubtful"
    assert len(here.campaigns()) == 1
    assert running(here) == []
    here.peace()
    assert one_pass(publication_id).state == "active"
    assert len(running(here)) == 1


def test_a_second_pass_writes_nothing(here: PlatformWorld, posting: int) -> None:
    outcome = live(here, posting)
    before = here.writes()
    assert one_pass(outcome.publication_id).state == "active"
    assert here.writes() == before


def test_the_tree_reads_as_its_parts_do(here: PlatformWorld, posting: int) -> None:
    bound, platform = live(here, posting).external_ids, opened(here.name)
    tree = platform.read_tree(bound)
    assert {"campaign", "ad_group", "ad"} <= set(tree)
    for kind, seen in tree.items():
        one = platform.read(kind, bound[kind])
        assert (seen.external_id, seen.status, seen.fields, seen.parents) == (
            one.external_id,
            one.status,
            one.fields,
            one.parents,
        )


def test_each_object_is_found_by_its_token_and_by_no_other(here: PlatformWorld, posting: int) -> None:
    _, steps = planned(here, posting)
    platform, bound = opened(here.name), dict[str, str]()
    for step in steps:
        bound |= {kind: one for (kind, _), one in platform.create(step, bound).items()}
    for node in (node for step in steps for node in step.nodes if not node.idempotent):
        assert [one.external_id for one in platform.find(node)] == [bound[node.kind]], node.kind
    _, others = planned(here, open_posting("2"))
    assert [
        one for step in others for node in step.nodes if not node.idempotent for one in platform.find(node)
    ] == []


def test_what_is_ours_is_listed_and_nothing_else(here: PlatformWorld, posting: int) -> None:
    outcome = live(here, posting)
    _, steps = planned(here, posting)
    prefix = steps[0].nodes[0].token.rpartition(":")[0]
    platform = opened(here.name)
    listed = {one.external_id for one in platform.list_ours(prefix)}
    assert outcome.external_ids["campaign"] in listed
    assert listed <= set(outcome.external_ids.values())
    assert list(platform.list_ours("[af:somebody else")) == []


def test_what_is_there_is_what_was_approved(here: PlatformWorld, posting: int) -> None:
    live(here, posting)
    shown = here.advertised()
    assert shown.link.partition("?")[0] == "https://empleos.example.com/1"
    assert find_click_id(shown.link)
    assert shown.countries == ("CO",)
    assert shown.last_day == str(FIRST_DAY + timedelta(days=DAYS - 1))
    for word in ("Analista de datos", "Bogotá"):
        assert word in shown.words


def test_the_targeting_is_lawful(here: PlatformWorld, posting: int) -> None:
    live(here, posting)
    words = json.dumps(here.targeting()).lower()
    assert here.targeting()
    assert [one for one in FORBIDDEN if one in words] == []


def test_a_person_finds_the_campaign_on_the_platforms_screen(here: PlatformWorld, posting: int) -> None:
    external_id = live(here, posting).external_ids["campaign"]
    url = opened(here.name).screen_url(external_id)
    assert url.startswith("https://")
    assert external_id in url


# Doubt.


@pytest.mark.parametrize("kind", ["drop_before_commit", "drop_after_commit"])
def test_a_lost_call_never_makes_a_second_tree(here: PlatformWorld, posting: int, kind: str) -> None:
    publication_id = ordered(here, posting)
    here.befall(here.creating, {"kind": kind})
    assert one_pass(publication_id).state == "doubtful"
    assert one_pass(publication_id, QUIESCENCE * 2).state == "active"
    assert len(here.campaigns()) == len(running(here)) == 1


def test_a_server_that_broke_is_doubt_and_not_failure(here: PlatformWorld, posting: int) -> None:
    publication_id = ordered(here, posting)
    here.befall(here.creating, {**here.broken, "after_commit": True})
    assert one_pass(publication_id).state == "doubtful"
    assert one_pass(publication_id).state == "active"  # it is there, and adopted at once
    assert len(here.campaigns()) == 1


def test_doubt_waits_for_the_quiescence_time(here: PlatformWorld, posting: int) -> None:
    publication_id = ordered(here, posting)
    here.befall(here.creating, {"kind": "drop_before_commit"})
    one_pass(publication_id)
    before = here.writes()
    assert one_pass(publication_id, QUIESCENCE / 2).state == "doubtful"
    assert here.writes() == before


def test_what_arrives_too_late_is_put_away(here: PlatformWorld, posting: int) -> None:
    publication_id = ordered(here, posting)
    here.befall(here.creating, {"kind": "late_commit", "seconds": LATE})
    one_pass(publication_id)
    assert one_pass(publication_id, QUIESCENCE * 2).state == "active"
    here.settle()
    for later in (QUIESCENCE * 2, QUIESCENCE * 4):
        moment = datetime.now(UTC) + later
        sweep(opened(here.name, later), quiescence=QUIESCENCE, now=lambda moment=moment: moment)
    (kept,) = running(here)
    assert [one.status for one in here.campaigns() if one != kept and not one.put_away] == []
    assert one_pass(publication_id, later).external_ids["campaign"] == kept.external_id


# Afterwards.


def test_pause_resume_and_close(here: PlatformWorld, posting: int) -> None:
    publication_id = live(here, posting).publication_id
    for state, runs in ((DesiredState.PAUSED, 0), (DesiredState.ACTIVE, 1), (DesiredState.CLOSED, 0)):
        desire(publication_id, state, "ana")
        assert one_pass(publication_id).state == state
        assert len(running(here)) == runs
    before = here.writes()
    assert one_pass(publication_id).state == "closed"
    assert here.writes() == before


def test_a_stop_on_the_platforms_own_screen_is_shown_and_not_fought(
    here: PlatformWorld, posting: int
) -> None:
    outcome = live(here, posting)
    opened(here.name).set_status("campaign", outcome.external_ids["campaign"], DesiredState.PAUSED)
    assert one_pass(outcome.publication_id).state == "drifted"
    assert running(here) == []


def test_setting_what_is_already_so_changes_nothing(here: PlatformWorld, posting: int) -> None:
    external_id = live(here, posting).external_ids["campaign"]
    opened(here.name).set_status("campaign", external_id, DesiredState.ACTIVE)
    assert opened(here.name).read("campaign", external_id).status is DesiredState.ACTIVE
    assert len(running(here)) == 1


def test_an_approved_change_of_budget_arrives(here: PlatformWorld, posting: int) -> None:
    publication_id = live(here, posting).publication_id
    more = Money.parse("COP 900000")
    plan = draft_budget_change(publication_id, more, author="ana")
    approve_plan(plan.plan_id, "luz")
    assert order_publication(plan.plan_id, "test") == [publication_id]
    assert one_pass(publication_id).state == "active"
    assert here.money() == [more]


def test_what_reads_otherwise_than_approved_never_runs(here: PlatformWorld, posting: int) -> None:
    publication_id = ordered(here, posting)
    here.befall({}, here.otherwise)
    outcome = one_pass(publication_id)
    assert outcome.state == "differs"
    assert "should be" in outcome.detail
    assert running(here) == []


def test_a_rejected_ad_is_told_with_its_reason(here: PlatformWorld, posting: int) -> None:
    publication_id = ordered(here, posting)
    reason = here.reject()
    outcome = one_pass(publication_id)
    here.advance(1)
    one_pass(publication_id)
    seen = opened(here.name).read("ad", outcome.external_ids["ad"])
    assert reason in "; ".join([seen.effective_status, *seen.issues])


# Errors.


def _ending(here: PlatformWorld, call: Callable[[AdPlatform], object]) -> PlatformError:
    with pytest.raises(PlatformError) as ended:
        call(opened(here.name))
    return ended.value


def _create(steps: tuple[Step, ...]) -> Callable[[AdPlatform], object]:
    return lambda platform: platform.create(steps[0], {})


FATES = {
    "throttled": (ThrottledError, True),
    "revoked": (CredentialsError, False),
    "refused": (ValidationError, False),
    "broken": (AmbiguousError, False),
}


@pytest.mark.parametrize("fate", FATES)
def test_every_failure_of_a_write_has_one_name_and_says_whether_to_retry(
    here: PlatformWorld, posting: int, fate: str
) -> None:
    _, steps = planned(here, posting)
    here.befall(here.creating, getattr(here, fate), times=9)
    error = _ending(here, _create(steps))
    assert (type(error), error.retriable) == FATES[fate]
    if fate == "throttled":
        assert (error.retry_after or 0) > 0
    again = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))
    told = f"{error!s} {error!r} {vars(error)} {error.__cause__!r}"
    assert [one for one in here.secrets() if one in told] == []
    assert str(error).count("\n") == 0


def test_a_read_that_fails_changed_nothing_and_may_be_repeated(here: PlatformWorld, posting: int) -> None:
    external_id = live(here, posting).external_ids["campaign"]
    here.befall(here.reading, here.broken)
    error = _ending(here, lambda platform: platform.read("campaign", external_id))
    assert (type(error), error.retriable) == (UnavailableError, True)


def test_a_revoked_token_is_a_matter_for_a_person(here: PlatformWorld, database_url: str) -> None:
    here.befall(here.reading, here.revoked, times=9)
    error = _ending(here, lambda platform: platform.account())
    assert isinstance(error, CredentialsError)
    assert not error.retriable


def test_what_is_not_there_is_not_found(here: PlatformWorld, database_url: str) -> None:
    error = _ending(here, lambda platform: platform.read("campaign", here.gone()))
    assert isinstance(error, NotFoundError)


def test_a_server_that_is_gone_is_said_plainly(here: PlatformWorld, posting: int) -> None:
    opened(here.name).account()
    here.sandbox.stop()
    with pytest.raises(AdfluxError) as ended:
        opened(here.name).account()
    assert ended.value.retriable
    assert [one for one in here.secrets() if one in str(ended.value)] == []


# Numbers.


def stored() -> list[tuple[Any, ...]]:
    with database.transaction() as session:
        rows = session.scalars(select(AdMetricsRow)).all()
        return sorted(
            (str(r.date_day), r.ad_id, str(r.impressions), str(r.clicks), r.spend, r.applications)
            for r in rows
        )


def told(here: PlatformWorld) -> list[tuple[Any, ...]]:
    yesterday = here.sandbox.clock.today - timedelta(days=1)
    return [(*row[:4], Decimal(row[4]), Decimal(row[5])) for row in here.numbers_of(FIRST_DAY, yesterday)]


def synced(here: PlatformWorld) -> int:
    """Rows that a sync changed; it was complete."""
    receipt = sync_metrics(opened(here.name), since=FIRST_DAY, today=here.sandbox.clock.today)
    assert receipt.complete, receipt.reason
    return receipt.changed


def test_the_numbers_are_the_truth_through_a_month_of_restating(here: PlatformWorld, posting: int) -> None:
    live(here, posting)
    here.advance(3)
    changed = 0
    for _ in range(12):
        changed += synced(here)
        assert stored() == told(here) != []
        assert synced(here) == 0
        here.advance(3)
    assert changed > len(stored())


def test_the_ads_add_up_to_the_account(here: PlatformWorld, posting: int) -> None:
    live(here, posting)
    here.advance(6)
    today = here.sandbox.clock.today
    window = opened(here.name).read_metrics(FIRST_DAY, today - timedelta(days=1))
    assert sum((one.spend for one in window.rows), Decimal()) == sum(
        (one.spend for one in window.totals), Decimal()
    )
    assert window.account.currency == "COP"
    assert {one.currency for one in window.rows} == {"COP"}


def test_numbers_that_stop_in_the_middle_change_nothing(here: PlatformWorld, posting: int) -> None:
    live(here, posting)
    here.advance(4)
    synced(here)
    before = stored()
    here.advance(3)
    here.befall(here.numbers, here.cut_short)
    with pytest.raises(UnavailableError):
        synced(here)
    assert stored() == before
    assert synced(here) > 0


def test_a_closed_campaign_keeps_its_numbers(here: PlatformWorld, posting: int) -> None:
    publication_id = live(here, posting).publication_id
    here.advance(5)
    desire(publication_id, DesiredState.CLOSED, "ana")
    assert one_pass(publication_id).state == "closed"
    here.advance(2)
    synced(here)
    assert stored() == told(here) != []


def test_a_day_without_anything_is_no_row(here: PlatformWorld, posting: int) -> None:
    live(here, posting)
    here.advance(2)
    today = here.sandbox.clock.today
    receipt = sync_metrics(opened(here.name), since=TODAY, until=TODAY, today=today)
    assert (receipt.complete, receipt.read) == (True, 0)
    assert stored() == []
