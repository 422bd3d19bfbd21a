"""What makes a posting hard to advertise, before money is spent on it, and what would make it better."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pydantic import BaseModel, ConfigDict

from adflux_core.creative.apply_links import dead, unsafe
from adflux_core.creative.evidence import evidence_of
from adflux_core.creative.rules import check
from adflux_core.creative.titles import better_title
from adflux_core.schema.postings import Posting

WORDS = {
    "title": ("el título dice más que el cargo", "the title says more than what the job is"),
    "no_title": ("el título no nombra ningún cargo", "the title names no job"),
    "salary": ("no dice el salario", "it names no salary"),
    "place": ("no dice dónde es", "it does not say where"),
    "no_link": ("no tiene enlace para postularse", "it has no link to apply"),
    "unsafe_link": ("el enlace para postularse no es seguro", "the link to apply is not safe"),
    "dead_link": ("el enlace para postularse no responde", "the link to apply does not answer"),
    "expired": ("ya venció", "it has expired"),
    "duplicate": ("está también en otra fuente", "it is in another source, too"),
    "wording": ("dice algo que un anuncio no puede decir", "it says what an ad may not say"),
    "tampered": ("el texto le habla a un programa", "its text speaks to a program"),
}


class Concern(BaseModel):
    """One thing to mend. `detail` is what was found, `suggestion` what might stand there instead."""

    model_config = ConfigDict(frozen=True)

    code: str
    says: str
    detail: str = ""
    suggestion: str = ""


def lint_posting(
    posting: Posting,
    today: date,
    *,
    twins: Sequence[str] = (),
    say_in: str = "es",
    follow_link: bool = False,
) -> list[Concern]:
    """All that a person should mend; `twins` are the same job in other feeds. Asks the network only to
    `follow_link`.
    """

    def concern(code: str, detail: str = "", suggestion: str = "") -> Concern:
        return Concern(code=code, says=WORDS[code][say_in == "en"], detail=detail, suggestion=suggestion)

    found = []
    better = better_title(posting.title, posting.language or "es")
    if not better:
        found.append(concern("no_title", posting.title[:80]))
    elif better != " ".join(posting.title.split()):
        found.append(concern("title", posting.title[:80], better))
    if not (posting.salary_min or posting.salary_max):
        found.append(concern("salary", posting.salary_text or ""))
    if not (posting.city or posting.region or posting.remote):
        found.append(concern("place", posting.place or ""))
    found += _link(posting, follow_link, concern)
    if posting.expires_on is not None and posting.expires_on < today:
        found.append(concern("expired", posting.expires_on.isoformat()))
    found += [concern("duplicate", twin) for twin in twins]
    if evidence_of(posting).tampered:
        found.append(concern("tampered"))
    for finding in check(posting.title, "en" if posting.language == "en" else "es", say_in=say_in):
        if finding.kind not in {"shouting", "instruction"}:
            found.append(concern("wording", f"{finding} ({finding.source})", finding.rewrite))
    return found


def _link(posting: Posting, follow: bool, concern: object) -> list[Concern]:
    assert callable(concern)
    if not posting.apply_url:
        return [concern("no_link")]
    if why := unsafe(posting.apply_url):
        return [concern("unsafe_link", why)]
    if follow and (why := dead(posting.apply_url)):
        return [concern("dead_link", why)]
    return []
