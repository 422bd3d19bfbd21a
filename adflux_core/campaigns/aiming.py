"""A plan that speaks to a segment: what the segment adds, the version it pins, the fairness report."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session

from adflux_core.advertising import CampaignPlan, PlatformName
from adflux_core.creative.readers import newest, words_of
from adflux_core.errors import RefusedError
from adflux_core.schema.segments import SegmentPin

SEARCHES = {"es": "empleo {word}", "en": "{word} jobs"}
MOST_KEYWORDS = 5
LONGEST_KEYWORD, MOST_WORDS = 80, 10  # Google Ads: keywords, length and number of words


class Aim(BaseModel):
    """The segment of a plan, as the version that the plan pins had it.

    `keywords` are what it adds to a search campaign, by language; where and to whom a job ad is shown it
    never changes. `fairness_report` is the version whose card holds the report, `adverse` what it says of
    this segment.
    """

    model_config = ConfigDict(frozen=True)

    segment_id: int
    version_id: int
    name_es: str
    name_en: str
    people: int
    keywords: dict[str, list[str]]
    fairness_report: int
    adverse: list[str]


def aim_at(session: Session, segment_id: int) -> Aim:
    """The segment in the newest version that has it.

    Raises InputError on an unknown segment, RefusedError on one that has ended or has no fairness report.
    """
    row = newest(session, segment_id)
    if "fairness" not in row.card:
        raise RefusedError(f"version {row.version_id} has no fairness report: run `adflux segment`")
    words = words_of(row.profile)
    return Aim(
        segment_id=row.id,
        version_id=row.version_id,
        name_es=row.name_es,
        name_en=row.name_en,
        people=row.size,
        keywords={language: _keywords(words, phrase) for language, phrase in SEARCHES.items()},
        fairness_report=row.version_id,
        adverse=[
            f"{one['attribute']} {one['group']}: {one['ratio']} of the most frequent group, p {one['p']}"
            for one in row.card["fairness"]["four_fifths"]
            if one["cluster"] == row.cluster and one["verdict"] == "adverse"
        ],
    )


def aimed(draft: CampaignPlan, aim: Aim) -> CampaignPlan:
    """The plan with what the segment adds; on a platform without searches that is nothing."""
    if draft.platform is not PlatformName.GOOGLE_ADS:
        return draft
    added = aim.keywords["en" if draft.creative.language == "en" else "es"]
    return draft.model_copy(update={"keywords": tuple(dict.fromkeys((*draft.keywords, *added)))})


def pin(session: Session, plan_id: int, aim: Aim) -> None:
    """The plan speaks to this version of the segment until another plan replaces it."""
    session.add(SegmentPin(plan_id=plan_id, segment_id=aim.segment_id, version_id=aim.version_id))


def _keywords(words: list[str], phrase: str) -> list[str]:
    """What people would type; words with signs that no search has are left out."""
    plain = [word for word in words if all(one.isalnum() or one == " " for one in word)]
    found = [phrase.format(word=word) for word in plain]
    fitting = [one for one in found if len(one) <= LONGEST_KEYWORD and len(one.split()) <= MOST_WORDS]
    return fitting[:MOST_KEYWORDS]
