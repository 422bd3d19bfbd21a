"""The public job boards' JSON, as their documents describe it, in our words.

Greenhouse: developers.greenhouse.io/job-board.html · Lever: github.com/lever/postings-api ·
Ashby: developers.ashbyhq.com/docs/public-job-posting-api
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from adflux_core.postings.formats import PostingFormat


class Board(NamedTuple):
    """`signs`: keys of which a posting of this board has at least one. `listed_under`: "" for a bare list."""

    fields: Callable[[dict[str, Any]], dict[str, str]]
    signs: tuple[str, ...]
    listed_under: str


def plain(value: Any) -> str:
    """A JSON value as the text a person would write; "" for null, lists and objects."""
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, list | dict):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:f}" if not isinstance(value, int) else str(value)


def inner(value: Any, *keys: str) -> Any:
    """value[k1][k2]…, or None where something on the way is no object."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def objects(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; one object counts as a list of one."""
    if isinstance(value, dict):
        return [value]
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _greenhouse(job: dict[str, Any]) -> dict[str, str]:
    fields = {
        "external_id": plain(job.get("id")),
        "title": plain(job.get("title")),
        "company": plain(job.get("company_name")),
        "description": plain(job.get("content")),
        "place": plain(inner(job, "location", "name")),
        "apply_url": plain(job.get("absolute_url")),
        "posted_on": plain(job.get("first_published") or job.get("updated_at")),
        "expires_on": plain(job.get("application_deadline")),
        "language": plain(job.get("language")),
    }
    ranges = objects(job.get("pay_input_ranges"))
    if len(ranges) == 1:  # several are one per region: none of them is the posting's
        fields |= {
            "salary_min": _from_cents(ranges[0].get("min_cents")),
            "salary_max": _from_cents(ranges[0].get("max_cents")),
            "salary_currency": plain(ranges[0].get("currency_type")),
        }
    return fields


def _from_cents(cents: Any) -> str:
    return f"{cents // 100}.{cents % 100:02}" if isinstance(cents, int) and cents > 0 else ""


def _lever(job: dict[str, Any]) -> dict[str, str]:
    categories = job.get("categories")
    everywhere = inner(categories, "allLocations")
    places = [plain(place) for place in everywhere] if isinstance(everywhere, list) else []
    places = places or [plain(inner(categories, "location"))]
    sections = [plain(job.get("description") or job.get("descriptionPlain"))]
    sections += [
        f"<h3>{plain(part.get('text'))}</h3><ul>{plain(part.get('content'))}</ul>"
        for part in objects(job.get("lists"))
    ]
    sections.append(plain(job.get("additional") or job.get("additionalPlain")))
    return {
        "external_id": plain(job.get("id")),
        "title": plain(job.get("text")),
        "description": "<br><br>".join(section for section in sections if section),
        "place": "; ".join(places),
        "country": plain(job.get("country")) if len(places) == 1 else "",
        "remote": plain(job.get("workplaceType")),
        "employment_type": plain(inner(categories, "commitment")),
        "salary_min": plain(inner(job, "salaryRange", "min")),
        "salary_max": plain(inner(job, "salaryRange", "max")),
        "salary_currency": plain(inner(job, "salaryRange", "currency")),
        "salary_period": plain(inner(job, "salaryRange", "interval")),
        "apply_url": plain(job.get("applyUrl") or job.get("hostedUrl")),
        "posted_on": plain(job.get("createdAt")),
    }


def _ashby(job: dict[str, Any]) -> dict[str, str]:
    places = [plain(job.get("location"))]
    places += [plain(other.get("location")) for other in objects(job.get("secondaryLocations"))]
    address = inner(job, "address", "postalAddress") if len(places) == 1 else None
    fields = {
        "external_id": plain(job.get("id")),
        "title": plain(job.get("title")),
        "description": plain(job.get("descriptionHtml") or job.get("descriptionPlain")),
        "place": "; ".join(places),
        "city": plain(inner(address, "addressLocality")),
        "region": plain(inner(address, "addressRegion")),
        "country": plain(inner(address, "addressCountry")),
        "remote": plain(job.get("workplaceType") or job.get("isRemote")),
        "employment_type": plain(job.get("employmentType")),
        "apply_url": plain(job.get("applyUrl") or job.get("jobUrl")),
        "posted_on": plain(job.get("publishedAt")),
    }
    # A company that does not show the salary on its own board does not want it in an ad.
    if job.get("shouldDisplayCompensationOnJobPostings") is not False:
        fields |= _ashby_salary(job.get("compensation"))
    return fields


def _ashby_salary(compensation: Any) -> dict[str, str]:
    parts = objects(inner(compensation, "summaryComponents"))
    salaries = [part for part in parts if part.get("compensationType") == "Salary"]
    summary = inner(compensation, "scrapeableCompensationSalarySummary")
    if len(salaries) != 1:
        return {"salary": plain(summary)}
    return {
        "salary": plain(summary or salaries[0].get("summary")),
        "salary_min": plain(salaries[0].get("minValue")),
        "salary_max": plain(salaries[0].get("maxValue")),
        "salary_currency": plain(salaries[0].get("currencyCode")),
        "salary_period": plain(salaries[0].get("interval")),
    }


BOARDS = {
    PostingFormat.GREENHOUSE: Board(_greenhouse, ("absolute_url", "internal_job_id"), "jobs"),
    PostingFormat.LEVER: Board(_lever, ("hostedUrl", "categories", "applyUrl"), ""),
    PostingFormat.ASHBY: Board(_ashby, ("jobUrl", "publishedAt"), "jobs"),
}
