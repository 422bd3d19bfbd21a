"""From a posting as found to a row of the table: every field read, normalised, or left missing.

A row is a line of COPY's text format, made here and not by the driver: the bytes that are hashed are the
bytes that are sent, which saves a second pass over every description.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from html import unescape

from adflux_core.intake.dates import read_date
from adflux_core.intake.places import Place, city_name, country_code, read_place
from adflux_core.intake.records import FIELD_LIMIT, Bad, Found
from adflux_core.postings.employment import employment_type
from adflux_core.postings.html_text import one_line, to_text
from adflux_core.postings.language import detect_language
from adflux_core.postings.salary import believable, read_bounds, read_period, read_salary
from adflux_core.postings.salary_words import CURRENCIES

# The columns of a row in COPY's order, after `line, reason, content, external_id, content_hash`.
COLUMNS = (
    "title", "company", "description", "language", "place", "city", "region", "country", "remote",
    "employment_type", "salary_text", "salary_min", "salary_max", "salary_currency", "salary_period",
    "apply_url", "posted_on", "expires_on",
)  # fmt: skip

# One line of COPY in two parts that belong together: what the import adds, and what is hashed.
Line = tuple[bytes, bytes]

# Everything but a description is one line; what is longer has slipped into the wrong column.
LINE_LIMIT = 5000
LONGEST_ID = 400  # PostgreSQL cannot index a key beyond 2,700 bytes
_SHOWN = 500
_FLOAT_ID = re.compile(r"(\d+)\.0+", re.ASCII)
_URL = re.compile(r"https?://[^\s/?#]+\.?[^\s]*", re.IGNORECASE)
_LANGUAGE = re.compile(r"([a-z]{2})(?:[-_].*)?", re.IGNORECASE | re.ASCII)
_TRUE = frozenset("true 1 yes y si sí s remote remoto remota teletrabajo telecommute verdadero x".split())
_FALSE = frozenset(
    "false 0 no n presencial onsite on-site hybrid híbrido hibrido falso 100%presencial".split()
)


class RowMaker:
    """Makes rows of one file; `currency` and `language` are what is known of it as a whole."""

    def __init__(self, currency: str | None, language: str | None) -> None:
        self.currency = currency
        self.language = language

    def row(self, found: Found) -> Line | Bad:
        """The row, or why it cannot be one."""
        line, fields = found
        get = fields.get
        if max(map(len, fields.values()), default=0) > LINE_LIMIT and (reason := _too_long(fields)):
            return Bad(line, reason, _shown(fields))
        title = one_line(get("title", ""))
        if not title:
            return Bad(line, "no title", _shown(fields))
        company = one_line(get("company", ""))
        description = to_text(get("description", ""))
        language = _language(get("language", "")) or detect_language(title, description)
        place, where = _where(
            get("place", ""), get("city", ""), get("region", ""), get("country", ""), get("remote", "")
        )
        salary = _salary(
            get("salary", ""), get("salary_min", ""), get("salary_max", ""),
            get("salary_currency", ""), get("salary_period", ""), self.currency, language,
        )  # fmt: skip
        order = _date_order(self.language, language, where.country)
        url = _url(get("apply_url", ""))
        values = (
            title,
            company or None,
            description or None,
            language,
            place,
            where.city,
            where.region,
            where.country,
            None if where.remote is None else ("f", "t")[where.remote],
            employment_type(get("employment_type", "")),
            *salary,
            url,
            _day(get("posted_on", ""), order),
            _day(get("expires_on", ""), order),
        )
        external_id = _external_id(get("external_id", "")) or _derived_id(title, company, place, url)
        if len(external_id) > LONGEST_ID:
            return Bad(line, f"the id has {len(external_id)} characters", _shown(fields))
        content = _copy_text(values)
        digest = blake2b(content, digest_size=16).hexdigest()
        # The id is one line by now, so a backslash is all that could need escaping.
        named = external_id.replace("\\", "\\\\")
        return f"{line}\t\\N\t\\N\t{named}\t\\\\x{digest}\t".encode("utf-8", "replace"), content


def bad_line(bad: Bad) -> Line:
    """A Bad as a line of COPY."""
    nothing = (None,) * (2 + len(COLUMNS))
    return b"", _copy_text((str(bad.line), bad.reason, bad.content[:_SHOWN], *nothing))


def _copy_text(values: Sequence[str | None]) -> bytes:
    """Values for COPY: separated by tabs, None as \\N, what has a meaning there escaped.

    No value holds the control characters used on the way: every reader removes them.
    """
    joined = "\x1f".join([value or "\x1e" for value in values]).encode("utf-8", "replace")
    if b"\\" in joined:
        joined = joined.replace(b"\\", b"\\\\")
    if b"\t" in joined:
        joined = joined.replace(b"\t", b"\\t")
    if b"\r" in joined:
        joined = joined.replace(b"\r", b"\\r")
    if b"\n" in joined:
        joined = joined.replace(b"\n", b"\\n")
    return joined.replace(b"\x1e", b"\\N").replace(b"\x1f", b"\t") + b"\n"


def _too_long(fields: Mapping[str, str]) -> str | None:
    for name, value in fields.items():
        if len(value) > (FIELD_LIMIT if name == "description" else LINE_LIMIT):
            return f"{name} has {len(value)} characters"
    return None


def _shown(fields: Mapping[str, str]) -> str:
    return "; ".join(f"{name}: {value[:_SHOWN]}" for name, value in fields.items() if value)[:_SHOWN]


def _external_id(text: str) -> str:
    text = " ".join(text.split())
    # Spreadsheets turn the id 1234 into the number 1234.0.
    return found[1] if text.endswith("0") and (found := _FLOAT_ID.fullmatch(text)) else text


def _derived_id(title: str, company: str, place: str | None, url: str | None) -> str:
    """The id of a posting that has none: the same title, company, place and link are the same posting."""
    named = "\x1f".join([title, company, place or "", url or ""])
    return blake2b(named.encode("utf-8", "replace"), digest_size=10).hexdigest()


def _language(text: str) -> str | None:
    found = _LANGUAGE.fullmatch(text.strip()) if text else None
    return found[1].lower() if found else None


@lru_cache(maxsize=8192)
def _where(place: str, city: str, region: str, country: str, remote: str) -> tuple[str | None, Place]:
    """The place as written, and what it says; columns of their own count more than one line."""
    line, region_text = one_line(place), city_name(one_line(region))
    # "Zamora, Zamora" is said once; "Bañeza (La)" the way it is spoken.
    parts = [city_name(one_line(city)) or one_line(city), region_text or "", one_line(country)]
    read = read_place(place) if line else Place()
    if any(parts):
        apart = read_place(", ".join(part for part in parts[:2] if part))
        named = city_name(parts[0]) if "," not in parts[0] else read_place(parts[0]).city
        code = country_code(parts[2]) if parts[2] else None
        read = Place(
            named or read.city,
            region_text or read.region,
            code or read.country or apart.country,
            read.remote,
        )
        line = line or ", ".join(part for part in dict.fromkeys(parts) if city_name(part))
    said = "".join(remote.lower().split())
    flag = True if said in _TRUE else False if said in _FALSE else read_place(remote).remote or read.remote
    return line or None, read._replace(remote=flag)


@lru_cache(maxsize=8192)
def _salary(
    text: str, low: str, high: str, unit: str, interval: str, currency: str | None, language: str | None
) -> tuple[str | None, str | None, str | None, str | None, str | None]:
    """salary_text, _min, _max, _currency, _period."""
    if not (text or low or high or interval):
        return None, None, None, None, None
    text = one_line(text)
    given = _currency(unit)
    read = read_salary(text, currency=given or currency, language=language)
    minimum, maximum, money = read.minimum, read.maximum, read.currency
    if low.strip() or high.strip():
        bounds = read_bounds(low, high, currency=given or currency, language=language)
        if bounds != (None, None):
            minimum, maximum = bounds
            money = given or (None if unit.strip() else currency)
        text = text or _told(low.strip(), high.strip(), unit.strip(), interval.strip())
    minimum, maximum = believable(minimum, maximum)
    if minimum is None and maximum is None:
        money = None
    return (
        text or None,
        None if minimum is None else f"{minimum:f}",
        None if maximum is None else f"{maximum:f}",
        money,
        read_period(interval) or read.period,
    )


def _told(low: str, high: str, unit: str, interval: str) -> str:
    """The words of four columns as one text: "150000 – 180000 USD / year"; without digits just the words."""
    bounds = " – ".join(dict.fromkeys(bound.removesuffix(".0") for bound in (low, high) if bound))
    if not any(sign.isdigit() for sign in bounds):
        return bounds
    period = read_period(interval) or interval
    return f"{bounds} {unit}".strip() + (f" / {period}" if period else "")


def _currency(unit: str) -> str | None:
    unit = unit.strip()
    code = CURRENCIES.get(unit.lower(), "?")
    if code != "?":
        return code
    return unit if len(unit) == 3 and unit.isascii() and unit.isalpha() and unit.isupper() else None


def _date_order(headers: str | None, language: str | None, country: str | None) -> str | None:
    """Spanish puts the day first, the United States the month; both at once leave it open."""
    spanish = "es" in {headers, language}
    american = country == "US"
    if spanish == american:
        return None
    return "dmy" if spanish else "mdy"


@lru_cache(maxsize=4096)
def _day(text: str, order: str | None) -> str | None:
    day = read_date(text, order)
    return None if day is None else day.isoformat()


def _url(text: str) -> str | None:
    url = text.strip()
    if "&amp;" in url:
        url = unescape(url)
    return url if _URL.fullmatch(url) else None
