"""What every platform must do, whatever it is: one suite over the registry, real SDKs, real servers.

A new platform passes it with a class of its own in `tests/worlds/platform_worlds.py` and nothing else.
"""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from conforming import DAYS, FIRST_DAY, live, one_pass, opened, ordered, planned, running
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st
from meta_publications import open_posting
from platform_world import PlatformWorld
from platform_worlds import WORLDS

from adflux_core.advertising import DesiredState, Step
from adflux_core.campaigns.approval import approve_plan
from adflux_core.campaigns.changing import draft_budget_change
from adflux_core.campaigns.links import find_click_id
from adflux_core.errors import ValidationError
from adflux_core.money import Money
from adflux_core.platforms import REGISTRY
from adflux_core.publication.orders import desire, order_publication

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


# Publishing.


# Afterwards.


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
