"""Whatever a posting and a segment say, nothing that a job ad may not be aimed by goes out on either wire."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from typing import Any

import google_plans
import pytest
from platform_world import PlatformWorld
from unhurried import Unhurried

from adflux_core.advertising import AdPlatform, CampaignPlan, PlatformName
from adflux_core.campaigns.aiming import Aim, Home, aimed
from adflux_core.creative.card import draw_card
from adflux_core.creative.search_words import keywords_of, write_search_ad
from adflux_core.platforms import open_platform
from adflux_core.schema.postings import Posting
from adflux_core.targeting import City

PLANS = int(os.environ.get("ADFLUX_LAWFUL_PLANS", "60"))
PICTURE = draw_card(title="Empleo", company=None, place=None)
A_WORLD = 250  # plans; more in a day are more operations than Google allows, and more calls than Meta does
CITIES = ("Bogotá", "Medellín", "Cali", "Barranquilla", "Cartagena", "Pasto", "Lima", "Madrid", "Miami")
COUNTRIES = ("CO", "PE", "MX", "ES", "US", "CA", "DE")
# What people write who would narrow an ad: none of it may become a field.
WORDS = (
    *("mujer", "hombre joven", "25-34", "menores de 30", "soltera", "sin hijos", "110111", "estrato 6"),
    *("colombiana", "lookalike", "age_max 30", "genders", "enfermera", "analista de datos", "sql", "ñandú"),
    *("🙂", '{"exclusions": 1}', "católica", "sana", "zip 90210", "picking", "ventas"),
)
META_TARGETING = {"geo_locations", "targeting_automation"}
CITY_FIELDS = {"key", "radius", "distance_unit"}
# Fields of a Meta request that may stand anywhere in it; a field of another name is somebody's idea.
META_FIELDS = {
    *("name", "status", "adlabels", "objective", "buying_type", "special_ad_categories", "campaign_id"),
    *("special_ad_category_country", "is_adset_budget_sharing_enabled", "billing_event", "adset_id"),
    *("optimization_goal", "destination_type", "bid_strategy", "lifetime_budget", "start_time", "end_time"),
    *("targeting", "dsa_payor", "dsa_beneficiary", "object_story_spec", "page_id", "link_data", "link"),
    *("message", "description", "call_to_action", "type", "value", "image_hash", "creative", "creative_id"),
    *(*META_TARGETING, "advantage_audience", "countries", "cities", *CITY_FIELDS),
}
GOOGLE_KINDS = {
    *("campaign", "campaign_budget", "campaign_criterion", "ad_group", "ad_group_criterion", "ad_group_ad"),
}


@pytest.mark.parametrize("first", range(0, PLANS, A_WORLD))
def test_no_forbidden_field_is_on_the_wire(here: PlatformWorld, first: int) -> None:
    chance = random.Random(20_261_001 + first)  # noqa: S311
    platform = open_platform(here.name, Unhurried())
    known = {country: tuple(platform.cities(country, CITIES)) for country in COUNTRIES}
    plans = [
        generated(here.name, number, chance, known) for number in range(first, min(first + A_WORLD, PLANS))
    ]
    for number, plan in enumerate(plans, start=first):
        publish(platform, plan, number)
    assert list(on_meta(here) if here.name == "meta" else on_google(here)) == []
    assert sum(bool(plan.targeting.cities) for plan in plans) > len(plans) / 20


def generated(
    name: PlatformName, number: int, chance: random.Random, known: dict[str, tuple[City, ...]]
) -> CampaignPlan:
    country = chance.choice(COUNTRIES)
    posting = Posting(
        id=number,
        title=" ".join(chance.sample(WORDS, 2)) + f" {number}",
        company=chance.choice(("Cafés del Sur S.A.S.", "Solo mujeres S.A.")),
        description=". ".join(chance.sample(WORDS, 5)),
        language=chance.choice(("es", "en")),
        city=chance.choice(CITIES),
        country=country,
        remote=chance.random() < 0.2,
        apply_url="https://empleos.example.com/1",
    )
    homes = [
        Home(country=country, city=city, people=20, share=chance.choice((0.2, 0.5, 1.0)))
        for city in chance.sample(CITIES, 6)
    ]
    aim = Aim(
        segment_id=1, version_id=1, name_es="x", name_en="y", people=500, fairness_report=1, adverse=[],
        keywords={"es": ["empleo mujer joven", "empleo enfermera"], "en": ["young woman jobs"]},
        homes=homes,
    )  # fmt: skip
    words = write_search_ad(posting)
    plan = google_plans.plan(
        creative=words.model_dump() | {"link": "https://empleos.example.com/1", "image": PICTURE},
        country=country,
    ).model_copy(
        update={
            "platform": name,
            "posting_id": number,
            "name": f"{posting.title} · {posting.city}",
            "keywords": keywords_of(posting) if name == "google_ads" else (),
        }
    )
    return aimed(plan, aim, posting, known[country])


def publish(platform: AdPlatform, plan: CampaignPlan, number: int) -> None:
    bound: dict[str, str] = {}
    tokens = {node: f"[af:{number}:{node[0]}]" for node in platform.nodes}
    for step in platform.compile(plan, tokens):
        made = platform.create(step, bound)
        bound |= {kind: external_id for (kind, _), external_id in made.items()}


def on_meta(here: PlatformWorld) -> Iterator[Any]:
    """What no job ad may say, of every request that made something."""
    sent = 0
    for call in here.calls():
        if call["method"] != "POST" or call["path"].endswith("adimages"):
            continue
        sent += 1
        request = {name: decoded(value) for name, value in call["params"].items()}
        request.pop("access_token", None)
        request.pop("appsecret_proof", None)
        yield from fields_of(request) - META_FIELDS
        if "targeting" in request:
            targeting = request["targeting"]
            places = targeting["geo_locations"]
            if set(targeting) != META_TARGETING or set(places) not in ({"countries"}, {"cities"}):
                yield targeting
            yield from (city for city in places.get("cities", ()) if city["radius"] < 25)
    assert sent


def on_google(here: PlatformWorld) -> Iterator[Any]:
    """The same of everything that stands there: Google has each request as resources."""
    objects = here.objects()
    assert objects
    for one in objects:
        values = one["values"]
        if one["kind"] not in GOOGLE_KINDS:
            yield one
        elif one["kind"] == "campaign_criterion":
            if values.get("negative") or len({"location", "language"} & set(values)) != 1:
                yield one
        elif one["kind"] == "ad_group_criterion" and (values.get("negative") or "keyword" not in values):
            yield one


def decoded(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value


def fields_of(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*(fields_of(one) for one in value.values()))
    return set().union(*(fields_of(one) for one in value)) if isinstance(value, list) else set()
