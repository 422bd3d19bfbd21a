"""A plan that speaks to a segment: what it adds and where, the version it pins, the fairness report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import text
from sqlalchemy.orm import Session

from adflux_core.advertising import AdPlatform, CampaignPlan, PlatformName
from adflux_core.errors import InputError, RefusedError
from adflux_core.schema.postings import Posting
from adflux_core.schema.segments import SegmentPin
from adflux_core.targeting import City, TargetingSpec

SEARCHES = {"es": "empleo {word}", "en": "{word} jobs"}
SEARCHED = ("occupation", "skills", "field_of_study")  # what people look for work by
MOST_KEYWORDS = 5
FEWEST_NEIGHBOURS = 10  # people of a city, so that none of them can be told from the plan
MOST_CITIES = 10
MOST_OF_THEM = 0.8  # of the segment's people in a country: with fewer in reach the ad stays with the country
LONGEST_KEYWORD, MOST_WORDS = 80, 10  # Google Ads: keywords, length and number of words


class Home(BaseModel):
    """A city where people of the segment live; `share` is that of all in this country whose city is known."""

    model_config = ConfigDict(frozen=True)

    country: str
    city: str
    people: int
    share: float


class Aim(BaseModel):
    """The segment of a plan, as the version that the plan pins had it.

    `keywords` are what it adds to a search campaign, by language; `homes` the cities that a campaign for a
    job in one of them narrows itself to. Whom a job ad reaches there it never changes. `fairness_report` is
    the report that the plan carries, `adverse` what it says of this segment.
    """

    model_config = ConfigDict(frozen=True)

    segment_id: int
    version_id: int
    name_es: str
    name_en: str
    people: int
    keywords: dict[str, list[str]]
    homes: list[Home]
    fairness_report: int
    adverse: list[str]


def aim_at(session: Session, segment_id: int) -> Aim:
    """The segment in the newest version that has it.

    Raises InputError on an unknown segment, RefusedError on one that has ended or has no fairness report.
    """
    row = session.execute(
        text("""SELECT segment.id, name_es, name_en, ended_at, version_id, cluster, size, profile,
                       report.id AS report, four_fifths
                FROM adflux.segment JOIN adflux.segment_in_version ON segment_id = segment.id
                LEFT JOIN adflux.fairness_report AS report USING (version_id)
                WHERE segment.id = :id ORDER BY version_id DESC LIMIT 1"""),
        {"id": segment_id},
    ).one_or_none()
    if row is None:
        raise InputError(f"segment {segment_id} does not exist: see `adflux list segments`")
    if row.ended_at is not None:
        raise RefusedError(f"segment {segment_id} ({row.name_es}) has ended: choose one that lives")
    if row.report is None:
        raise RefusedError(f"version {row.version_id} has no fairness report: run `adflux segment`")
    traits = [trait for trait in row.profile["traits"] if trait["feature"] in SEARCHED]
    words = [trait["word"] for trait in traits if trait["word"]]
    return Aim(
        segment_id=row.id,
        version_id=row.version_id,
        name_es=row.name_es,
        name_en=row.name_en,
        people=row.size,
        keywords={language: _keywords(words, phrase) for language, phrase in SEARCHES.items()},
        homes=_homes(session, row.version_id, row.cluster),
        fairness_report=row.report,
        adverse=[
            f"{one['attribute']} {one['group']}: {one['ratio']} of the most frequent group, p {one['p']}"
            for one in row.four_fifths
            if one["cluster"] == row.cluster and one["verdict"] == "adverse"
        ],
    )


def known_cities(platform: AdPlatform, aim: Aim) -> tuple[City, ...]:
    """The segment's cities as the platform knows them."""
    countries = dict.fromkeys(home.country for home in aim.homes)
    return tuple(
        city
        for country in countries
        for city in platform.cities(country, [home.city for home in aim.homes if home.country == country])
    )


def aimed(draft: CampaignPlan, aim: Aim, posting: Posting, known: Sequence[City]) -> CampaignPlan:
    """The plan with what the segment adds: searches where there are any, and the cities its people live in.

    A job that is done anywhere, or elsewhere than they live, is shown in the whole country.
    """
    added: dict[str, Any] = {}
    if draft.platform is PlatformName.GOOGLE_ADS:
        words = aim.keywords["en" if draft.creative.language == "en" else "es"]
        added["keywords"] = tuple(dict.fromkeys((*draft.keywords, *words)))
    here = tuple(city for city in known if city.country == posting.country)
    names = {city.name for city in here}
    reached = sum(home.share for home in aim.homes if home.country == posting.country and home.city in names)
    if posting.city in names and not posting.remote and reached >= MOST_OF_THEM:
        added["targeting"] = TargetingSpec(countries=draft.targeting.countries, cities=here)
    return draft.model_copy(update=added)


def pin(session: Session, plan_id: int, aim: Aim) -> None:
    """The plan speaks to this version of the segment until another plan replaces it."""
    session.add(
        SegmentPin(
            plan_id=plan_id,
            segment_id=aim.segment_id,
            version_id=aim.version_id,
            fairness_report_id=aim.fairness_report,
            aim=aim.model_dump(mode="json"),
        )
    )


def keep_pin(session: Session, plan_id: int, changed_id: int) -> None:
    """A plan that changes another's budget speaks to the same version of the same segment."""
    session.execute(
        text("""INSERT INTO adflux.segment_pin (plan_id, segment_id, version_id, fairness_report_id, aim)
                SELECT :changed, segment_id, version_id, fairness_report_id, aim
                FROM adflux.segment_pin WHERE plan_id = :plan"""),
        {"plan": plan_id, "changed": changed_id},
    )


def _homes(session: Session, version_id: int, cluster: int) -> list[Home]:
    rows = session.execute(
        text("""SELECT country, city, people, people / sum(people) OVER (PARTITION BY country) AS share FROM (
                    SELECT country, city, count(*)::float8 AS people
                    FROM adflux.segment_member JOIN adflux.candidate ON id = candidate_id
                    WHERE version_id = :version AND cluster = :cluster AND country IS NOT NULL
                        AND city IS NOT NULL AND retain_until >= current_date
                    GROUP BY 1, 2
                ) AS lived ORDER BY people DESC, country, city"""),
        {"version": version_id, "cluster": cluster},
    )
    several = [Home.model_validate(row._asdict()) for row in rows if row.people >= FEWEST_NEIGHBOURS]
    return several[:MOST_CITIES]


def _keywords(words: list[str], phrase: str) -> list[str]:
    """What people would type; words with signs that no search has are left out."""
    plain = [word for word in words if all(one.isalnum() or one == " " for one in word)]
    found = [phrase.format(word=word) for word in plain]
    fitting = [one for one in found if len(one) <= LONGEST_KEYWORD and len(one.split()) <= MOST_WORDS]
    return fitting[:MOST_KEYWORDS]
