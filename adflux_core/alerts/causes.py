"""What an alert can be about, in the words people read; and what follows from something else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from adflux_core import reports


@dataclass(frozen=True)
class Cause:
    """One thing that needs a person. Kind, platform and subject together are what it is known by."""

    kind: str
    platform: str
    subject: str
    detail: str


# Spanish, English. Every kind of `reports.attention`, and what only somebody outside the database can see.
TITLES = {
    "database": ("La base de datos no responde", "The database does not answer"),
    "schema": ("La base de datos no es de esta versión", "The database is of another version"),
    "server": ("Prefect no responde", "Prefect does not answer"),
    "zombie": ("Una ejecución perdió su proceso", "A run has lost its process"),
    "stuck": ("Una ejecución no avanza", "A run is stuck"),
    "broken": ("Una tarea programada falla", "Scheduled work fails"),
    "stopped": ("Todo detenido con el freno de emergencia", "Stopped by the kill switch"),
    "differs": ("La plataforma tiene algo distinto de lo aprobado", "Not what was approved"),
    "near": ("Queda poco de un tope de gasto", "Little is left of a spending cap"),
    "capped": ("Se alcanzó un tope de gasto", "A spending cap was reached"),
    "failed": ("La plataforma rechazó una publicación", "A publication was refused"),
    "orphan": ("Un anuncio sin dueño en la plataforma", "An ad that no campaign owns"),
    "unreachable": ("La plataforma no responde", "The platform does not answer"),
    "token": ("Una credencial está por vencer", "A credential runs out"),
    "silent": ("Una tarea programada no se ejecuta", "Scheduled work does not run"),
    "doubtful": ("Una publicación sigue en duda", "A publication is still in doubt"),
    "drifted": ("Alguien cambió un anuncio fuera de AdFlux", "Changed outside AdFlux"),
    "disapproved": ("La plataforma desaprobó un anuncio", "An ad was disapproved"),
    "incomplete": ("Las cifras no cuadran con las de la cuenta", "The numbers do not add up"),
    "stale": ("Las cifras son viejas", "The numbers are old"),
    "feed": ("No llegó una lista de vacantes", "A feed of postings did not come"),
    "shrunk": ("Una lista de vacantes llegó a medias", "A feed came half empty"),
    "gap": ("Faltan días de cifras", "Days are missing"),
    "unknown": ("La plataforma responde algo desconocido", "A platform answers what nobody expected"),
    "volume": ("Muchas menos impresiones que de costumbre", "Far fewer impressions than usual"),
}
# What costs money or stands still now is repeated each hour; the rest, once a day.
URGENT = {
    *("database", "schema", "server", "zombie", "stuck", "stopped", "differs", "capped", "failed", "orphan"),
    *("unreachable", "silent"),
}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# How long a cause may last before it is one: doubt is looked into every ten minutes, and resolves itself.
PATIENCE = {"doubtful": HOUR}
# What is not said while one of the others is: whoever mends that has nothing to do for this.
FOLLOWS = {
    "zombie": {"server"},
    "stuck": {"server"},
    "broken": {"server", "database", "schema", "zombie", "unreachable", "silent", "incomplete", "stale"},
    "silent": {"server", "unreachable"},
    "stale": {"server", "unreachable", "silent"},
    "incomplete": {"unreachable"},
    "gap": {"stale", "silent", "unreachable"},
    "near": {"capped"},
}


def repeated_after(kind: str) -> timedelta:
    return HOUR if kind in URGENT else DAY


def known_causes(seen: Iterable[Cause]) -> list[Cause]:
    """What was seen from outside and what the database knows, without what only follows from another."""
    known = [*seen, *(cause_of(concern) for concern in reports.attention())]
    kinds = {cause.kind for cause in known}
    return [cause for cause in known if not FOLLOWS.get(cause.kind, set()) & kinds]


def cause_of(concern: reports.Concern) -> Cause:
    """The concern as the watch knows it, so that its alert is found."""
    subject = concern.subject
    if concern.publication_id is not None:
        subject = f"{subject} (publication {concern.publication_id})"
    elif concern.kind == "orphan":
        subject = f"{subject} ({concern.detail})"
    return Cause(concern.kind, concern.platform, subject, concern.detail)
