"""schema.org/JobPosting in all the shapes the web writes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from adflux_core.postings.boards import inner, objects, plain

# Lists whose elements are read one by one instead of with the object around them.
LISTS = {"@graph", "itemListElement"}


def job_postings(document: Any) -> Iterator[dict[str, Any]]:
    """Every JobPosting in a document: on its own, in a list, a @graph, an ItemList or a page."""
    if isinstance(document, list):
        for item in document:
            yield from job_postings(item)
    elif isinstance(document, dict):
        kinds = document.get("@type")
        if any(
            plain(kind).endswith("JobPosting") for kind in (kinds if isinstance(kinds, list) else [kinds])
        ):
            yield document
            return
        for key in ("@graph", "itemListElement", "item", "mainEntity"):
            yield from job_postings(document.get(key))


def posting_fields(posting: dict[str, Any]) -> dict[str, str]:
    """One JobPosting in our words."""
    return {
        "external_id": _identifier(posting),
        "title": _name(posting.get("title")) or _name(posting.get("name")),
        "company": _name(posting.get("hiringOrganization")),
        "description": _name(posting.get("description")),
        "employment_type": _joined(posting.get("employmentType")),
        "remote": "remote" if "TELECOMMUTE" in _joined(posting.get("jobLocationType")).upper() else "",
        "apply_url": plain(posting.get("url")) or plain(posting.get("sameAs")),
        "posted_on": plain(posting.get("datePosted")),
        "expires_on": plain(posting.get("validThrough")),
        "language": _name(posting.get("inLanguage")),
        **_place(posting),
        **_salary(posting),
    }


def _identifier(posting: dict[str, Any]) -> str:
    given = posting.get("identifier")
    value = inner(given, "value") if isinstance(given, dict) else given
    return plain(value) or plain(posting.get("@id"))


def _name(value: Any) -> str:
    """A text, or the name of the thing that stands in its place."""
    if isinstance(value, list):
        return next((name for item in value if (name := _name(item))), "")
    if isinstance(value, dict):
        return plain(value.get("@value") or value.get("name"))
    return plain(value)


def _joined(value: Any) -> str:
    return ", ".join(plain(item) for item in value) if isinstance(value, list) else plain(value)


def _place(posting: dict[str, Any]) -> dict[str, str]:
    locations = posting.get("jobLocation")
    if isinstance(locations, str):
        return {"place": locations}
    addresses = [location.get("address", location) for location in objects(locations)]
    if len(addresses) == 1 and isinstance(addresses[0], dict):
        return {
            "city": _name(addresses[0].get("addressLocality")),
            "region": _name(addresses[0].get("addressRegion")),
            "country": _name(addresses[0].get("addressCountry")),
        }
    lines = [address if isinstance(address, str) else _line(address) for address in addresses]
    if not lines:
        # Who may apply from where is where a remote job is.
        return {"country": _name(posting.get("applicantLocationRequirements"))}
    return {"place": "; ".join(line for line in lines if line)}


def _line(address: Any) -> str:
    parts = (_name(inner(address, key)) for key in ("addressLocality", "addressRegion", "addressCountry"))
    return ", ".join(part for part in parts if part)


def _salary(posting: dict[str, Any]) -> dict[str, str]:
    """A MonetaryAmount, a plain number, or words; `estimatedSalary` is somebody's guess and stays out."""
    base = posting.get("baseSalary")
    if isinstance(base, list):
        base = base[0] if len(base) == 1 else None
    currency = plain(inner(base, "currency")) or plain(posting.get("salaryCurrency"))
    if not isinstance(base, dict):
        return {"salary": plain(base), "salary_currency": currency}
    value = base.get("value", base)
    if not isinstance(value, dict):
        return {"salary_min": plain(value), "salary_max": plain(value), "salary_currency": currency}
    only = plain(value.get("value")) or plain(value.get("price"))
    return {
        "salary_min": plain(value.get("minValue")) or only,
        "salary_max": plain(value.get("maxValue")) or only,
        "salary_currency": currency or plain(value.get("currency")),
        "salary_period": plain(value.get("unitText")) or plain(base.get("unitText")),
    }
