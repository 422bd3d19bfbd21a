"""An ad's link leads where the posting's does, and says whose it is; nobody else can say so."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from meta_publications import objects, one_pass, opened, published
from platform_world import PlatformWorld
from sqlalchemy import text

from adflux_core import database
from adflux_core.advertising import PlatformName
from adflux_core.campaigns.approval import approve_plan
from adflux_core.campaigns.changing import draft_budget_change
from adflux_core.campaigns.drafting import draft_plan
from adflux_core.campaigns.links import (
    LONGEST_LINK,
    find_click_id,
    is_signed,
    new_click_id,
    signing_secrets,
    system_parameter,
    tagged,
)
from adflux_core.errors import ConfigurationError, RefusedError
from adflux_core.money import Money
from adflux_core.publication.orders import order_publication
from adflux_core.schema.postings import Posting
from adflux_core.settings import settings
from sandbox.server import Sandbox

SECRET = b"a secret of sixteen or more"
OURS = {"utm_source": "meta", "utm_id": "{{campaign.id}}", "utm_content": "af-x"}
SAFE = st.characters(exclude_categories=("Z", "C"), exclude_characters="?#&=%")
words = st.text(SAFE, max_size=12)
parameters = st.lists(st.tuples(words, words).map("=".join) | words, max_size=5)
links = st.builds(
    lambda host, path, query, fragment: (
        f"https://{host}/{path}"
        + (f"?{'&'.join(query)}" if query else "")
        + (f"#{fragment}" if fragment else "")
    ),
    st.sampled_from(["empleos.example.com", "www.example.co:8443", "xn--espaa-rta.example"]),
    words,
    parameters,
    words | st.just("/vacantes/12?modo=rápido&x"),
)


@given(links)
def test_a_link_keeps_every_byte_it_had_and_gains_our_parameters(link: str) -> None:
    made = tagged(link, OURS)
    before, after = link.partition("#"), made.partition("#")
    assert after[1:] == before[1:]
    page, _, query = before[0].partition("?")
    assert after[0].startswith(f"{page}?{query}" + ("&" if query else ""))
    added = after[0].removeprefix(f"{page}?{query}").removeprefix("&" if query else "")
    assert dict(parse_qsl(added, strict_parsing=True)) == OURS
    assert "{{campaign.id}}" in added  # a platform looks for its macros as they are


@given(links)
def test_tagging_twice_is_tagging_once(link: str) -> None:
    assert tagged(tagged(link, OURS), OURS) == tagged(link, OURS)


@given(links, st.booleans(), words)
def test_a_click_id_is_found_in_its_link_whatever_became_of_it(link: str, shout: bool, around: str) -> None:
    click_id = new_click_id(SECRET)
    made = tagged(link, {"utm_content": click_id, "gh_src": click_id})
    found = find_click_id(made.upper() if shout else f"{around} {made} {around}")
    assert found == click_id
    assert is_signed(click_id, (b"another secret of ours", SECRET))


@given(st.integers(0, 36), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_another_letter_is_no_click_id_of_ours(place: int, letter: str) -> None:
    click_id = new_click_id(SECRET)
    changed = click_id[:place] + letter + click_id[place + 1 :]
    found = find_click_id(changed)
    assert changed == click_id or found is None or not is_signed(found, (SECRET,))


@pytest.mark.parametrize(
    "text_",
    ["", "af-", "af-abc-def", "utm_content=linkedin", "xaf-" + "a" * 16 + "-" + "b" * 16, "af-" + "a" * 33],
)
def test_what_is_no_click_id_is_none(text_: str) -> None:
    assert find_click_id(text_) is None


@pytest.mark.parametrize(
    ("link", "parameter"),
    [
        ("https://boards.greenhouse.io/acme/jobs/1?gh_jid=1", "gh_src"),
        ("https://job-boards.eu.greenhouse.io/acme/jobs/1", "gh_src"),
        ("https://acme.example/empleos?gh_jid=1", "gh_src"),
        ("https://jobs.lever.co/acme/1/apply", "lever-source"),
        ("https://jobs.EU.lever.co/acme/1/apply", "lever-source"),
        ("https://jobs.ashbyhq.com/acme/1", "src"),
        ("https://acme.example/empleos?ashby_jid=1", "src"),
        ("https://greenhouse.io.example.com/1", None),
        ("https://notlever.co/1", None),
    ],
)
def test_each_system_gets_the_id_under_its_own_name(link: str, parameter: str | None) -> None:
    assert system_parameter(link) == parameter


def test_a_source_the_feed_named_gives_way_to_the_ad() -> None:
    made = tagged("https://jobs.example.com/1?utm_source=portal&id=7&UTM_Content=x&a", OURS)
    assert parse_qsl(urlsplit(made).query, keep_blank_values=True)[:3] == [
        ("id", "7"),
        ("a", ""),
        ("utm_source", "meta"),
    ]
    assert made.count("utm_source") == made.lower().count("utm_content") == 1


def test_what_is_published_on_every_platform_carries_the_id_of_the_plan(
    here: PlatformWorld, posting_id: int
) -> None:
    publication = published(posting_id, platform=here.name)
    one_pass(publication)
    with database.connection() as connected:
        state, click_id = connected.execute(
            text(
                "SELECT state, click_id FROM publication "
                "JOIN apply_link USING (plan_id, posting_id, platform) "
                "WHERE publication.id = :id"
            ),
            {"id": publication},
        ).one()
    assert state == "active"  # what was read back is what was approved
    link = here.advertised().link
    assert find_click_id(link) == click_id
    given = dict(parse_qsl(urlsplit(link).query))
    assert given["utm_content"] == click_id
    assert given["utm_campaign"] == f"adflux-{posting_id}"
    assert {name: given[name] for name in opened(here.name).link_parameters} == dict(
        opened(here.name).link_parameters
    )


def test_another_budget_keeps_the_link_and_another_plan_has_its_own(world: Sandbox, posting_id: int) -> None:
    publication = published(posting_id)
    one_pass(publication)
    change = draft_budget_change(publication, Money.parse("COP 900000"), "ana")
    approve_plan(change.plan_id, "luz")
    order_publication(change.plan_id, "test")
    again = draft_plan(
        [posting_id],
        [PlatformName.META],
        budget=Money.parse("COP 800000"),
        days=20,
        author="ana",
        start=date(2026, 10, 2),
    )
    assert not [line for line in again.campaigns[0].differs if "link" in line]
    with database.connection() as connected:
        ids = connected.exec_driver_sql("SELECT click_id FROM apply_link ORDER BY plan_id").scalars().all()
    assert ids[0] == ids[1] != ids[2]
    assert len(objects(world, "ad")) == 1


def test_a_link_no_platform_takes_is_refused_before_anything_is_planned(
    world: Sandbox, posting_id: int
) -> None:
    with database.transaction() as session:
        posting = session.get_one(Posting, posting_id)
        posting.apply_url = "https://empleos.example.com/" + "x" * (LONGEST_LINK - 100)
    with pytest.raises(RefusedError, match="shorten"):
        published(posting_id)
    with database.connection() as connected:
        assert connected.exec_driver_sql("SELECT count(*) FROM plan").scalar_one() == 0


def test_the_setting_signs_and_what_was_signed_before_still_counts(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.transaction() as session:
        earlier = new_click_id(signing_secrets(session)[0])
        monkeypatch.setenv("ADFLUX_CLICK_SECRET", "sixteen letters and more")
        settings.cache_clear()
        known = signing_secrets(session)
    assert known[0] == b"sixteen letters and more"
    assert is_signed(earlier, known)
    assert not is_signed(earlier, known[:1])


def test_a_secret_that_is_short_is_refused_without_being_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADFLUX_CLICK_SECRET", "hunter2")
    settings.cache_clear()
    with pytest.raises(ConfigurationError, match="ADFLUX_CLICK_SECRET") as refusal:
        settings()
    assert "hunter2" not in str(refusal.value)
