"""A plan of one Google campaign, for the tests that need no posting."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from adflux_core.advertising import CampaignPlan, Creative, PlatformName
from adflux_core.money import Money
from adflux_core.platforms.google_ads.compile import NODES
from adflux_core.targeting import TargetingSpec

BOGOTA = ZoneInfo("America/Bogota")
TOKENS = {(kind, ordinal): f"[af:k:{kind}]" for kind, ordinal in NODES}


def plan(*, days: int = 20, budget: str = "COP 800000", country: str = "CO", **more: Any) -> CampaignPlan:
    creative = {
        "language": "es",
        "headline": "Analista de datos",
        "primary_text": "Cafés busca: Analista de datos.",
        "description": "",
        "link": "https://empleos.example.com/1",
        "image": b"",
        "source": "search/1",
        "headlines": ("Analista de datos", "Empleo en Bogotá", "Postúlate en línea"),
        "descriptions": ("Cafés busca: Analista de datos.", "Conoce la oferta."),
    } | more.pop("creative", {})
    starts = datetime(2026, 10, 2, tzinfo=BOGOTA)
    return CampaignPlan(
        platform=PlatformName.GOOGLE_ADS,
        account_id="1234567890",
        posting_id=1,
        name="Analista de datos · Bogotá",
        advertiser="Cafés",
        budget=Money.parse(budget),
        starts_at=starts,
        ends_at=starts + timedelta(days=days),
        targeting=TargetingSpec(countries=(country,)),
        creative=Creative(**creative),
        **({"keywords": ("empleo de analista", "analista bogotá")} | more),
    )
