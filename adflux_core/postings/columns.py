"""Which column is which: the words customers head their columns with, in Spanish and English."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from adflux_core.errors import InputError
from adflux_core.postings.records import UnreadableError

# Our field: their words, best first. Accents, capitals and punctuation do not count ("Título del puesto:").
SPANISH = {
    "external_id": "identificador, id oferta, id vacante, id empleo, codigo, codigo oferta, codigo vacante, "
    "referencia, ref, numero oferta, clave",
    "title": "titulo, titulo puesto, titulo oferta, titulo vacante, titulo empleo, puesto, cargo, vacante, "
    "nombre puesto, nombre cargo, nombre vacante, oferta, oferta empleo, empleo, ocupacion, puesto trabajo",
    "company": "empresa, nombre empresa, compania, empleador, razon social, organizacion, entidad",
    "description": "descripcion, descripcion puesto, descripcion oferta, descripcion vacante, "
    "descripcion cargo, detalle, funciones, texto",
    "place": "ubicacion, lugar, lugar trabajo, localizacion, sede",
    "city": "ciudad, municipio, localidad, poblacion",
    "region": "provincia, region, comunidad autonoma, estado provincia",
    "country": "pais",
    "remote": "remoto, teletrabajo, trabajo remoto, trabajo remoto s n, modalidad",
    "employment_type": "tipo contrato, tipo empleo, jornada, tipo jornada, contrato, jornada laboral",
    "salary": "salario, sueldo, remuneracion, rango salarial, salario ofrecido, retribucion, compensacion",
    "salary_min": "salario minimo, sueldo minimo, salario desde, salario min",
    "salary_max": "salario maximo, sueldo maximo, salario hasta, salario max",
    "salary_currency": "moneda, divisa, moneda salario",
    "salary_period": "periodo, periodicidad, periodo salario, frecuencia pago",
    "apply_url": "enlace, enlace contenido, enlace oferta, url oferta, vinculo, enlace postulacion",
    "posted_on": "fecha publicacion, publicado, fecha inicio publicacion, fecha oferta, fecha alta, fecha",
    "expires_on": "fecha cierre, fecha vencimiento, fecha limite, fecha fin, vence, cierre, fecha expiracion",
    "language": "idioma oferta, idioma anuncio",
}
ENGLISH = {
    "external_id": "id, job id, job uid, posting id, external id, reference number, "
    "reference, requisition id, req id, job number, identifier, guid, code",
    "title": "title, job title, position, position title, role, vacancy, job, job name, name",
    "company": "company, company name, employer, employer name, organization, organisation, "
    "hiring organization",
    "description": "description, job description, content, summary, details, body",
    "place": "location, location raw, place, job location, work location, locations",
    "city": "city, town, locality, municipality",
    "region": "state, province, county",
    "country": "country, country code",
    "remote": "remote, is remote, telecommuting, remote type, telecommute, work from home",
    "employment_type": "employment type, job type, contract type, commitment, schedule",
    "salary": "salary, salary range, pay, compensation, wage, pay range, remuneration",
    "salary_min": "salary min, min salary, minimum salary, salary min orig, salary from, pay min",
    "salary_max": "salary max, max salary, maximum salary, salary max orig, salary to, pay max",
    "salary_currency": "salary currency, currency, currency original, currency code",
    "salary_period": "salary period, salary interval, salary interval orig, pay period, "
    "pay frequency, salary unit",
    "apply_url": "apply url, url, link, job url, apply link, application url, posting url",
    "posted_on": "posted on, date posted, posted, posted at, published at, advertisefromdate, "
    "publication date, pubdate, date, posted date, published, open date",
    "expires_on": "expires on, expiration date, valid through, advertisetodatetime, "
    "closing date, close date, expires, expiry date, deadline, application deadline, end date",
    "language": "language, lang",
}
FIELDS = tuple(ENGLISH)

_NOT_WORD = re.compile(r"[\W_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
# Little words a header may have or lack: "fecha de la publicación", "date of posting".
_LITTLE = frozenset({"de", "del", "la", "el", "los", "las", "al", "a", "the", "of", "y"})


@lru_cache(maxsize=4096)
def fold(header: str) -> str:
    """'Título del  Puesto:' → 'titulopuesto'; 'jobTitle' and 'job_title' → 'jobtitle'."""
    spaced = _CAMEL.sub(" ", header)
    plain = unicodedata.normalize("NFKD", spaced).encode("ascii", "ignore").decode().lower()
    words = [word for word in _NOT_WORD.sub(" ", plain).split() if word not in _LITTLE]
    return "".join(words)


def _ranks(table: dict[str, str]) -> dict[str, tuple[str, int]]:
    return {
        fold(word): (field, rank)
        for field, words in table.items()
        for rank, word in enumerate(words.split(", "))
    }


_SPANISH, _ENGLISH = _ranks(SPANISH), _ranks(ENGLISH)
_ALL = {**_SPANISH, **_ENGLISH}


def recognised(headers: Sequence[str]) -> int:
    """How many of these headers we know."""
    return sum(fold(header) in _ALL for header in headers)


def language_of(headers: Sequence[str]) -> str | None:
    """What most of the headers we know are written in."""
    spanish = sum(fold(header) in _SPANISH for header in headers)
    english = sum(fold(header) in _ENGLISH for header in headers)
    if spanish == english:
        return None
    return "es" if spanish > english else "en"


def match(headers: Sequence[str], mapping: dict[str, str] | None = None) -> dict[str, int]:
    """Field → position of its column: the mapping's first, then the best of what is left by its words.

    Raises UnreadableError when a mapped column is not there, when two columns of the same name would both
    be read, or when none is the title.
    """
    best = {field: (-1, _position(headers, field, column)) for field, column in (mapping or {}).items()}
    taken = {position for _, position in best.values()}
    for position, header in enumerate(headers):
        field, rank = _ALL.get(fold(header), ("", 0))
        if not field or position in taken:
            continue
        if field in best and best[field][0] == rank:
            raise UnreadableError(
                f"columns {best[field][1] + 1} and {position + 1} are both headed {header.strip()!r}: "
                "rename one of them"
            )
        if field not in best or rank < best[field][0]:
            best[field] = (rank, position)
    if "title" not in best:
        raise UnreadableError(
            f"no column can be the job title among: {_shown(headers)}; name it with --mapping"
        )
    chosen = {field: position for field, (_, position) in best.items()}
    folded = [fold(header) for header in headers]
    # In Colombia a departamento is a region; but only beside a city, for elsewhere it is a department.
    if "region" not in chosen and "city" in chosen and "departamento" in folded:
        chosen["region"] = folded.index("departamento")
    return chosen


def _position(headers: Sequence[str], field: str, column: str) -> int:
    exact = [at for at, header in enumerate(headers) if header.strip() == column.strip()]
    similar = [at for at, header in enumerate(headers) if header.strip() and fold(header) == fold(column)]
    if not exact and not similar:
        raise UnreadableError(
            f"has no column {column!r}, which the mapping gives to {field}, among: {_shown(headers)}"
        )
    return (exact or similar)[0]


def _shown(headers: Sequence[str]) -> str:
    return ", ".join(" ".join(header.split())[:40] for header in headers[:30]) or "nothing"


def match_names(names: Sequence[str]) -> dict[str, str]:
    """Field → the best of these element names; for XML, where names are given by the format."""
    best: dict[str, tuple[int, str]] = {}
    for name in names:
        field, rank = _ALL.get(fold(name), ("", 0))
        if field and (field not in best or rank < best[field][0]):
            best[field] = (rank, name)
    return {field: name for field, (_, name) in best.items()}


def read_mapping(path: Path) -> dict[str, str]:
    """Field → column, from a TOML file's `[columns]`. Raises InputError naming what is wrong in it."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}; give the path of a TOML mapping") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: is not UTF-8 text; save the mapping as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise InputError(f'{path}: not TOML: {error}; write title = "Puesto" under [columns]') from None
    columns = tables.get("columns")
    if not isinstance(columns, dict) or not columns:
        raise InputError(f'{path}: has no table [columns]; write title = "Puesto" under [columns]')
    for field, column in columns.items():
        if field not in FIELDS:
            raise InputError(f"{path}: {field!r} is not a field of ours; choose from {', '.join(FIELDS)}")
        if not isinstance(column, str):
            raise InputError(f'{path}: {field} must name a column, as in {field} = "Puesto"')
    return columns
