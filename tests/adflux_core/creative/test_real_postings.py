"""Ads for real postings in both languages: all may be published, and none only says that there is a job."""

from __future__ import annotations

import pytest
from real_data import DATA
from sqlalchemy import select

from adflux_core import database
from adflux_core.advertising import PlatformName
from adflux_core.creative.evidence import evidence_of
from adflux_core.creative.gate import examine
from adflux_core.creative.plain_words import SAFE, plain_words
from adflux_core.postings import import_postings
from adflux_core.schema.postings import Posting

JOBS = DATA / "jobs"
FILES = {"es": "jcyl_ofertas_empleo_2023-10.csv", "en": "ats_open_jobs_2026-07-19.csv"}


@pytest.mark.parametrize("language", FILES)
def test_ten_real_postings_get_ads(database_url: str, language: str) -> None:
    import_postings(JOBS / FILES[language], source="real")
    with database.transaction() as session:
        chosen = select(Posting).where(Posting.language == language).order_by(Posting.id).limit(40)
        postings = list(session.scalars(chosen))[::4]
        session.expunge_all()
    assert len(postings) == 10
    bare = 0
    for posting in postings:
        evidence = evidence_of(posting)
        for platform in PlatformName:
            words = plain_words(posting, platform, language, evidence)
            assert examine(words, platform, language, evidence).publishable, words
            bare += words == SAFE[language]
    assert bare == 0
