"""A busy agency's postings, words and campaigns, in every state there is; `busy_agency` has the rest."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from adflux_core.advertising import CampaignPlan, Creative, PlatformName
from adflux_core.campaigns.drafting import plan_item
from adflux_core.creative.card import draw_card
from adflux_core.creative.evidence import evidence_of
from adflux_core.creative.plain_words import plain_words
from adflux_core.creative.prompt import posting_hash
from adflux_core.money import Money
from adflux_core.schema.creative import CreativeText, ModelReply
from adflux_core.schema.postings import Posting
from adflux_core.schema.publication import Approval, Audit, Plan, PlatformObject, Publication
from adflux_core.targeting import TargetingSpec

ACCOUNT = "act_4410022775"
BOGOTA = ZoneInfo("America/Bogota")
DAYS = 30
# title, company, city, state, desired, effective status, detail
PUBLICATIONS = [
    ("Auxiliar de bodega", "Logística Andina", "Bogotá", "active", "active", "ACTIVE", ""),
    (
        "Enfermera jefe UCI adultos – turno nocturno",
        "Clínica del Norte",
        "Medellín",
        "active",
        "active",
        "ACTIVE",
        "",
    ),
    ("Desarrollador backend Python (remoto)", "Nube Ágil S.A.S.", "Bogotá", "active", "active", "ACTIVE", ""),
    (
        "Asesor comercial puerta a puerta",
        "Energía Viva",
        "Cali",
        "active",
        "active",
        "DISAPPROVED; 1815869: the text of the ad does not follow the rules",
        "",
    ),
    ("Conductor C2 con licencia vigente", "Transportes del Valle", "Cali", "paused", "paused", "PAUSED", ""),
    ("Customer support agent (English)", "Blue Harbor", "Bogotá", "active", "active", "ACTIVE", ""),
    (
        "Operario de producción – planta de alimentos, turnos rotativos de lunes a sábado",
        "Alimentos La Cosecha de Antioquia",
        "Itagüí",
        "doubtful",
        "active",
        "",
        "ad: no answer yet, looked for until 14:20 UTC",
    ),
    (
        "Cajero(a) fin de semana",
        "Mercados Éxito Rural",
        "Pereira",
        "differs",
        "active",
        "PAUSED",
        "ad_group: lifetime_budget should be '800000' and reads '80000000'",
    ),
    (
        "Practicante de contaduría",
        "Cifras & Cía",
        "Manizales",
        "drifted",
        "active",
        "PAUSED",
        "campaign was stopped on the platform; `adflux resume` runs it again",
    ),
    (
        "Chef de partida",
        "Hotel Caribe",
        "Cartagena",
        "failed",
        "active",
        "",
        "100/1885272: the daily budget is below the minimum",
    ),
    ("Técnico electricista", "Redes del Sur", "Pasto", "closed", "closed", "ARCHIVED", ""),
    (
        "Analista de datos *junior* ![x](https://example.com/x.png) $5 $6",
        None,
        "Bogotá",
        "planned",
        "active",
        "",
        "",
    ),
]


def add_postings(session: Session, today: date) -> None:
    for number in range(1, 76):
        title, company, city = PUBLICATIONS[(number - 1) % len(PUBLICATIONS)][:3]
        session.add(
            Posting(
                id=number,
                source="computrabajo" if number % 3 else "greenhouse",
                external_id=f"job-{number:04}",
                title=title if number <= len(PUBLICATIONS) else f"{title} #{number}",
                company=company,
                description="Buscamos a una persona con ganas de aprender.\n\nOfrecemos contrato directo, "
                "prestaciones de ley y auxilio de transporte.",
                language="en" if "English" in title else "es",
                place=f"{city}, Colombia",
                city=city,
                country="CO",
                employment_type="full_time",
                salary_text="$1.400.000 – $1.800.000 mensuales",
                salary_min=Decimal(1_400_000),
                salary_max=Decimal(1_800_000),
                salary_currency="COP",
                salary_period="month",
                apply_url=f"https://empleos.example.com/{number}",
                posted_on=today - timedelta(days=40),
                expires_on=today + timedelta(days=number),
                content_hash=b"x",
                status="closed" if number % 11 == 0 else "open",
            )
        )
    session.flush()


def add_creatives(session: Session) -> None:
    """By template for the first postings, and one by the model, approved."""
    reply = ModelReply(
        key="k",
        posting_id=1,
        posting_hash=posting_hash(session.get_one(Posting, 1)),
        prompt_version="creative/1",
        model="gemini-3.8-flash",
        model_version="gemini-3.8-flash-001",
        response_id="r1",
        outcome="ok",
        text="{}",
        calls=1,
        prompt_tokens=412,
        output_tokens=230,
        cost_usd=Decimal("0.000699"),
    )
    session.add(reply)
    session.flush()
    for number in (1, 2, 3):
        posting = session.get_one(Posting, number)
        for platform in PlatformName:
            words = plain_words(posting, platform, "es", evidence_of(posting))
            by_model = number == 1 and platform is PlatformName.META
            session.add(
                CreativeText(
                    posting_id=number,
                    posting_hash=posting_hash(posting),
                    platform=platform,
                    language="es",
                    words=words.model_dump(mode="json"),
                    content_hash=words.content_hash(),
                    source="gemini/1" if by_model else "template/1",
                    reply_key="k" if by_model else None,
                    author="generate-creatives",
                    approved_by="luz" if by_model else None,
                    approved_at=datetime.now(UTC) if by_model else None,
                )
            )
    session.flush()


def add_publication(session: Session, number: int, row: tuple[str | None, ...], start: date) -> None:
    title, company, city, state, desired, effective, detail = row
    begins = datetime.combine(start, time(), BOGOTA)
    spec = CampaignPlan(
        platform=PlatformName.META,
        account_id=ACCOUNT,
        posting_id=number,
        name=f"{title} · {city}",
        advertiser=company,
        budget=Money.of("COP", 1_400_000 + 50_000 * number),
        starts_at=begins,
        ends_at=begins + timedelta(days=45),
        targeting=TargetingSpec(countries=("CO",)),
        creative=Creative(
            language="es",
            headline=str(title)[:40],
            description=str(city),
            primary_text=f"{company} busca: {title}.\nLugar: {city}.\nConoce la oferta y postúlate en línea.",
            link=f"https://empleos.example.com/{number}",
            source="template/1",
            image=draw_card(title=str(title), company=company, place=city),
        ),
    )
    digest = spec.spec_hash()
    session.add(Plan(id=number, spec_hash=digest, author="laura"))
    session.flush()
    session.add(plan_item(number, spec, Decimal("1.75")))
    session.add(Approval(id=number, plan_id=number, spec_hash=digest, approved_by="andrés"))
    session.flush()
    session.add(
        Publication(
            id=number,
            posting_id=number,
            platform="meta",
            revision=1,
            plan_id=number,
            spec_hash=digest,
            approval_id=number,
            desired_state=desired,
            state=state,
            effective_status=effective,
            detail=detail,
            converged_at=None if state == "planned" else datetime.now(UTC) - timedelta(minutes=12),
        )
    )
    session.flush()
    _add_objects(session, number, str(state))


def _add_objects(session: Session, number: int, state: str) -> None:
    for place, kind in enumerate(("campaign", "ad_group", "creative", "ad")):
        made = state not in {"planned", "failed"} and not (state == "doubtful" and kind == "ad")
        session.add(
            PlatformObject(
                publication_id=number,
                kind=kind,
                ordinal=0,
                attempts=int(state != "planned"),
                token=f"[af:1a2b3c4d:{hashlib.sha256(f'{number}{kind}'.encode()).hexdigest()[:12]}]",
                external_id=f"2385{number:04}{place:07}" if made else None,
                state=("ACTIVE" if state == "active" and kind != "creative" else "VERIFIED")
                if made
                else ("ATTEMPTED" if state == "doubtful" else "PLANNED"),
            )
        )
    done = [
        ("laura", "plan", {"plan": number}),
        ("andrés", "approve", {"plan": number}),
        ("publish-campaign", "publish", {"plan": number}),
        ("converge", "create", {"kinds": ["campaign"]}),
        ("converge", "created", {"ids": {"campaign": f"2385{number:04}0000000"}}),
        ("converge", "active", {"kind": "campaign"}),
    ]
    for minute, (actor, action, about) in enumerate(done):
        at = datetime.now(UTC) - timedelta(days=DAYS, minutes=10 - minute)
        owned = None if action in {"plan", "approve"} else number
        session.add(Audit(at=at, actor=actor, action=action, publication_id=owned, detail=about))
