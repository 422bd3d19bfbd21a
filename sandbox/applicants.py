"""Who applied: what the employer's own system saw of those whom the ads brought, and its export.

That system knows nothing of ads but the address of the page where somebody arrived; and some it never sees:
people come back on another device, or by way of a site that drops what an address says.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import blake2b
from typing import Any

from sandbox.clock import Clock
from sandbox.traffic import Dice, Outcome

STEPS = ("started", "submitted", "qualified", "interview", "hired")
WORDS = ("iniciada", "postulada", "preseleccionada", "entrevista", "contratada")
HEADER = ("id_postulacion", "nombre", "correo", "etapa", "fecha", "pagina_llegada")
LOST, ELSEWHERE = 0.12, 0.17  # up to the first the address is gone, up to the second it is another site's
ANOTHER_SITE = "https://portal.example.com/vacantes?utm_source=portal"
# After a submission: the part that gets one step further, and within how many days.
FURTHER = ((0.35, 6), (0.55, 8), (0.30, 9))


@dataclass(frozen=True)
class AdDay:
    """One ad on one day: its page as the platform filled it in, and what it truly brought."""

    platform: str
    ad_id: str
    page: str
    day: date
    dice: Dice
    outcome: Outcome


def filled_in(link: str, macros: Mapping[str, str]) -> str:
    """The page somebody arrives at: the platform puts its own ids where its macros stand."""
    for macro, value in macros.items():
        link = link.replace(macro, value)
    return link


def seen(clock: Clock, ad_days: Iterable[AdDay]) -> dict[str, Any]:
    """The export as of now, in no order, and by ad what a perfect reader of it holds."""
    lines: list[tuple[str, ...]] = []
    truth: dict[tuple[str, str], dict[str, Any]] = {}
    for ad_day in ad_days:
        row = truth.setdefault(
            (ad_day.platform, ad_day.ad_id),
            {"platform": ad_day.platform, "ad_id": ad_day.ad_id, **dict.fromkeys(STEPS, 0), "lost": 0}
            | {"elsewhere": 0},
        )
        for number in range(ad_day.outcome.apply_clicks):
            reached = [at for at in _moments(clock, ad_day, number) if at <= clock.now]
            if not reached:
                continue
            arrived = _arrived(ad_day, number)
            if arrived == ad_day.page:
                for step in STEPS[: len(reached)]:
                    row[step] += 1
            else:
                row["elsewhere" if arrived else "lost"] += 1
            lines += _lines(ad_day, number, arrived, reached)
    return {"csv": _written(lines), "truth": [truth[key] for key in sorted(truth)]}


def _moments(clock: Clock, ad_day: AdDay, number: int) -> Iterator[datetime]:
    """When each step was reached, as far as this one ever gets."""
    dice, name = ad_day.dice, f"applicant {number}"
    opens = datetime.combine(ad_day.day, time(7), clock.zone)
    at = opens + timedelta(minutes=int(dice(f"{name} starts", 0, 16 * 60)))
    yield at
    if number >= ad_day.outcome.applications:
        return
    at += timedelta(minutes=int(dice(f"{name} submits", 3, 45)))
    yield at
    for step, (share, days) in zip(STEPS[2:], FURTHER, strict=True):
        if dice(f"{name} {step}") >= share:
            return
        at += timedelta(hours=int(dice(f"{name} {step} after", 12, 24 * days)))
        yield at


def _arrived(ad_day: AdDay, number: int) -> str:
    fate = ad_day.dice(f"applicant {number} arrives")
    return "" if fate < LOST else ANOTHER_SITE if fate < ELSEWHERE else ad_day.page


def _lines(ad_day: AdDay, number: int, page: str, reached: list[datetime]) -> Iterator[tuple[str, ...]]:
    named = f"{ad_day.dice.key}/{number}".encode()
    known = blake2b(named, digest_size=6).hexdigest()
    for word, at in zip(WORDS, reached, strict=False):
        # The page is noted when somebody arrives, and not again later.
        told = page if word in WORDS[:2] else ""
        yield f"P-{known}", f"Persona {known}", f"{known}@example.com", word, at.isoformat(), told


def _written(lines: list[tuple[str, ...]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(sorted(lines, key=lambda line: blake2b("".join(line).encode(), digest_size=8).digest()))
    return text.getvalue()
