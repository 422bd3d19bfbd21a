"""Feeds and boards, in the shapes the web writes them, end as the same kind of row."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from adflux_core.postings import PostingFormat, Receipt

Take = Callable[..., tuple[Receipt, list[dict[str, Any]]]]


INDEED = """<?xml version="1.0" encoding="ISO-8859-1"?>
<source><publisher>ATS</publisher><job>
<title><![CDATA[Técnico de redes]]></title><date><![CDATA[Fri, 10 Dec 2021 22:49:39 GMT]]></date>
<referencenumber><![CDATA[unique123]]></referencenumber><url><![CDATA[https://x.example/?a=1&b=2]]></url>
<company><![CDATA[Acme]]></company><city><![CDATA[Phoenix]]></city><state><![CDATA[AZ]]></state>
<country><![CDATA[US]]></country><salary><![CDATA[$50K per year]]></salary><jobtype>fulltime</jobtype>
<description><![CDATA[<p>Uno &amp; dos</p>]]></description><remotetype>Fully remote</remotetype>
<expirationdate>2022-01-31</expirationdate></job>
<job><title></title><referencenumber>2</referencenumber></job></source>"""


def test_indeed(take: Take) -> None:
    receipt, rows = take(INDEED.encode("latin-1"))
    assert (receipt.format, receipt.created, receipt.quarantine) == (
        PostingFormat.INDEED_XML,
        1,
        [(2, "no title")],
    )
    row = rows[0]
    assert (row["external_id"], row["title"], row["company"]) == ("unique123", "Técnico de redes", "Acme")
    assert (row["city"], row["region"], row["country"], row["remote"]) == ("Phoenix", "AZ", "US", True)
    assert (row["salary_min"], row["salary_currency"], row["salary_period"]) == (Decimal(50000), None, "year")
    assert (row["description"], row["apply_url"]) == ("Uno & dos", "https://x.example/?a=1&b=2")
    assert (row["posted_on"], row["expires_on"]) == (date(2021, 12, 10), date(2022, 1, 31))
    assert row["employment_type"] == "full_time"


def test_plain_rss(take: Take) -> None:
    content = (
        "<rss version='2.0'><channel><title>Jobs at X</title><item><title>Cook &amp; baker</title>"
        "<link>https://x.example/1</link><guid>g1</guid><pubDate>Tue, 05 Mar 2024 10:00:00 +0000</pubDate>"
        "<description>&lt;p&gt;We are hiring&lt;/p&gt;</description></item></channel></rss>"
    )
    receipt, rows = take(content)
    assert receipt.format is PostingFormat.RSS
    row = rows[0]
    assert (row["external_id"], row["title"], row["company"]) == ("g1", "Cook & baker", None)
    assert (row["description"], row["posted_on"]) == ("We are hiring", date(2024, 3, 5))


POSTING = {
    "@context": "https://schema.org",
    "@type": "JobPosting",
    "title": "Auxiliar contable",
    "identifier": {"@type": "PropertyValue", "name": "Acme", "value": 77},
    "hiringOrganization": {"@type": "Organization", "name": "Acme"},
    "jobLocation": {
        "@type": "Place",
        "address": {
            "addressLocality": "Medellín",
            "addressRegion": "Antioquia",
            "addressCountry": {"@type": "Country", "name": "Colombia"},
        },
    },
    "baseSalary": {
        "@type": "MonetaryAmount",
        "currency": "COP",
        "value": {
            "@type": "QuantitativeValue",
            "minValue": 1500000,
            "maxValue": 1800000.5,
            "unitText": "MONTH",
        },
    },
    "employmentType": ["FULL_TIME", "TEMPORARY"],
    "datePosted": "2024-02-01T08:00",
    "validThrough": "2024-03-01",
    "url": "https://x.example/77",
    "description": "<p>Buscamos auxiliar para la empresa</p>",
}


@pytest.mark.parametrize(
    "wrap",
    [
        lambda posting: posting,
        lambda posting: [{"@type": "Organization"}, posting],
        lambda posting: {"@context": "https://schema.org", "@graph": [{"@type": "WebPage"}, posting]},
        lambda posting: {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": posting}]},
        lambda posting: f"<html><script type='application/ld+json'>{json.dumps(posting)}</script></html>",
    ],
)  # fmt: skip
def test_json_ld(take: Take, wrap: Any) -> None:
    receipt, rows = take(wrap(POSTING))
    assert (receipt.format, receipt.read, receipt.created) == (PostingFormat.JSON_LD, 1, 1)
    row = rows[0]
    assert (row["external_id"], row["title"], row["company"]) == ("77", "Auxiliar contable", "Acme")
    assert (row["place"], row["country"]) == ("Medellín, Antioquia, Colombia", "CO")
    assert (row["salary_min"], row["salary_max"]) == (Decimal(1500000), Decimal("1800000.5"))
    assert (row["salary_currency"], row["salary_period"], row["language"]) == ("COP", "month", "es")
    assert (row["posted_on"], row["expires_on"]) == (date(2024, 2, 1), date(2024, 3, 1))


def test_an_estimate_is_no_salary_and_telecommuting_is_remote(take: Take) -> None:
    posting = {
        "@type": "JobPosting",
        "name": "Dev",
        "jobLocationType": "TELECOMMUTE",
        "estimatedSalary": "90000 USD",
        "applicantLocationRequirements": {"@type": "Country", "name": "Colombia"},
    }
    row = take(posting)[1][0]
    assert (row["title"], row["remote"], row["country"], row["salary_text"]) == ("Dev", True, "CO", None)


def test_greenhouse(take: Take) -> None:
    job = {
        "id": 5,
        "title": "Engineer",
        "absolute_url": "https://x.example/5",
        "company_name": "Acme",
        "location": {"name": "Bogotá, Colombia"},
        "first_published": "2024-01-02T03:04:05-05:00",
        "content": "&lt;p&gt;R&amp;amp;D at work&lt;/p&gt;",
        "pay_input_ranges": [{"min_cents": 5000000, "max_cents": 7000050, "currency_type": "USD"}],
    }
    receipt, rows = take({"jobs": [job, "oops"], "meta": {"total": 1}})
    assert (receipt.format, receipt.quarantine) == (PostingFormat.GREENHOUSE, [(2, "is no object but str")])
    row = rows[0]
    assert (row["external_id"], row["city"], row["country"]) == ("5", "Bogotá", "CO")
    assert (row["description"], row["posted_on"]) == ("R&D at work", date(2024, 1, 2))
    assert (row["salary_min"], row["salary_max"]) == (Decimal(50000), Decimal("70000.5"))


def test_lever(take: Take) -> None:
    job = {
        "id": "a",
        "text": "Engineer",
        "createdAt": 1779223091267,
        "hostedUrl": "https://x.example/a",
        "categories": {"commitment": "Part-time", "allLocations": ["Madrid, Spain", "Barcelona, Spain"]},
        "workplaceType": "remote",
        "country": "FR",
        "description": "<div>Hi</div>",
        "additional": "<p>End</p>",
        "lists": [{"text": "You", "content": "<li>One</li><li>Two</li>"}],
        "salaryRange": {"min": 20, "max": 30, "currency": "EUR", "interval": "per-hour-wage"},
    }
    receipt, rows = take([job])
    assert receipt.format is PostingFormat.LEVER
    row = rows[0]
    assert row["description"] == "Hi\n\nYou\n- One\n- Two\n\nEnd"
    assert (row["place"], row["country"]) == ("Madrid, Spain; Barcelona, Spain", "ES")
    assert (row["city"], row["remote"], row["employment_type"]) == (None, True, "part_time")
    assert (row["salary_text"], row["salary_period"], row["posted_on"]) == (
        *("20 – 30 EUR / hour", "hour"),
        date(2026, 5, 19),
    )


def test_ashby_shows_a_salary_only_where_the_company_does(take: Take) -> None:
    salary = {
        "compensationType": "Salary",
        "interval": "1 YEAR",
        "currencyCode": "USD",
        "minValue": 81000,
        "maxValue": 87000,
    }
    job = {
        "id": "b", "title": "Nurse", "jobUrl": "https://x.example/b", "employmentType": "FullTime",
        "location": "Lima",
        "address": {"postalAddress": {"addressLocality": "Lima", "addressCountry": "Peru"}},
        "compensation": {"scrapeableCompensationSalarySummary": "$81K - $87K", "summaryComponents": [salary]},
    }  # fmt: skip
    hidden = {**job, "id": "c", "shouldDisplayCompensationOnJobPostings": False}
    _, rows = take({"jobs": [job, hidden], "apiVersion": "1"})
    assert (rows[0]["salary_text"], rows[0]["salary_max"], rows[0]["salary_currency"]) == (
        *("$81K - $87K", Decimal(87000)),
        "USD",
    )
    assert (rows[0]["city"], rows[0]["country"]) == ("Lima", "PE")
    assert (rows[1]["salary_text"], rows[1]["salary_min"]) == (None, None)


@pytest.mark.parametrize(
    ("content", "kind"),
    [('{"jobs":[],"meta":{"total":0}}', "greenhouse"), ('{"jobs":[],"apiVersion":"1"}', "ashby")],
)
def test_a_board_without_openings_is_a_file_of_no_rows(take: Take, content: str, kind: str) -> None:
    receipt, _ = take(content)
    assert (receipt.format.value, receipt.read) == (kind, 0)
