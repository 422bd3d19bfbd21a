"""The query language: what it finds, and what it refuses by name."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from sandbox.server import Sandbox

NAMES = ["[A] 50%", "a_1", "ab1", "it's", 'say "no"', "back\\slash"]


@pytest.fixture(scope="module")
def named(make_google: Any) -> Iterator[Any]:
    """Campaigns with awkward names; the third is paused."""
    with Sandbox(today=date(2026, 10, 1), google_ads=True) as world:
        google = make_google(world)
        for name in NAMES:
            status = "PAUSED" if name == "ab1" else "ENABLED"
            google.make(*google.tree(name, status=status))
        yield google


def found(google: Any, condition: str) -> list[str]:
    query = ["SELECT campaign.name FROM campaign WHERE", condition]
    return [row.campaign.name for row in google.search(" ".join(query))]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("campaign.name = 'a_1'", ["a_1"]),
        ("campaign.name = 'A_1'", []),
        ("campaign.name = 'it\\'s'", ["it's"]),
        ('campaign.name = "it\'s"', ["it's"]),
        ("campaign.name = 'say \"no\"'", ['say "no"']),
        ("campaign.name = 'back\\\\slash'", ["back\\slash"]),
        ("campaign.name LIKE 'a_1'", ["a_1", "ab1"]),
        ("campaign.name LIKE 'A[_]1'", ["a_1"]),
        ("campaign.name LIKE '[[]a[]]%'", ["[A] 50%"]),
        ("campaign.name LIKE '%50[%]'", ["[A] 50%"]),
        ("campaign.name NOT LIKE '%1' AND campaign.name != 'it\\'s'", [NAMES[0], NAMES[4], NAMES[5]]),
        ("campaign.name IN ('a_1', \"ab1\")", ["a_1", "ab1"]),
        ("campaign.name NOT IN ('a_1', 'ab1', 'it\\'s', 'back\\\\slash', \"[A] 50%\")", ['say "no"']),
        ("campaign.status = PAUSED", ["ab1"]),
        ("campaign.status IN ('PAUSED', 'REMOVED')", ["ab1"]),
        ("campaign.status != 'ENABLED'", ["ab1"]),
        ("campaign_budget.amount_micros > 49999999999 AND campaign.name = 'ab1'", ["ab1"]),
        ("campaign_budget.amount_micros BETWEEN 1 AND 2", []),
        ("campaign.network_settings.target_google_search = FALSE", []),
        ("campaign.end_date_time IS NOT NULL", []),
        ("campaign.end_date_time IS NULL AND campaign.start_date_time <= '2026-10-01 00:00:00'", NAMES),
        ("customer.currency_code = 'EUR'", []),
    ],
)
def test_conditions(named: Any, condition: str, expected: list[str]) -> None:
    assert found(named, condition) == expected


def test_order_and_limit(named: Any) -> None:
    rows = named.search(
        "select campaign.name from campaign where campaign.status = ENABLED "
        "order by campaign.name desc limit 2"
    )
    assert [row.campaign.name for row in rows] == ['say "no"', "it's"]


def test_what_stands_above_can_be_asked_for(named: Any) -> None:
    query = (
        "SELECT ad_group_criterion.keyword.text, ad_group_criterion.type, ad_group.name, campaign.name, "
        "campaign_budget.period FROM ad_group_criterion WHERE campaign.name = 'ab1'"
    )
    (row,) = named.search(query)
    assert (row.ad_group_criterion.keyword.text, row.campaign.name) == ("empleo soldador", "ab1")
    assert row.ad_group_criterion.type_.name == "KEYWORD"
    assert row.campaign_budget.period.name == "DAILY"
    (place,) = named.search(
        "SELECT campaign_criterion.location.geo_target_constant, campaign_criterion.type FROM "
        "campaign_criterion WHERE campaign.name = 'ab1'"
    )
    assert place.campaign_criterion.location.geo_target_constant == "geoTargetConstants/2170"


def test_resource_names_come_unasked_unless_told_not_to(named: Any) -> None:
    query = "SELECT campaign.name FROM ad_group WHERE campaign.name = 'ab1'"
    (row,) = named.search(query)
    assert row.campaign.resource_name
    assert row.ad_group.resource_name
    (row,) = named.search(query + " PARAMETERS omit_unselected_resource_names = true, include_drafts = true")
    assert (row.campaign.name, row.campaign.resource_name, row.ad_group.resource_name) == ("ab1", "", "")


def test_places_and_languages(shared: Any) -> None:
    countries = shared.search(
        "SELECT geo_target_constant.id, geo_target_constant.country_code FROM geo_target_constant WHERE "
        "geo_target_constant.target_type = 'Country' AND geo_target_constant.status = 'ENABLED'"
    )
    ids = {row.geo_target_constant.country_code: row.geo_target_constant.id for row in countries}
    assert len(ids) == 249
    assert (ids["CO"], ids["ES"], ids["US"], ids["DE"], ids["FR"]) == (2170, 2724, 2840, 2276, 2250)
    (city,) = shared.search(
        "SELECT geo_target_constant.canonical_name, geo_target_constant.parent_geo_target FROM "
        "geo_target_constant WHERE geo_target_constant.name = 'Medellín'"
    )
    assert city.geo_target_constant.canonical_name == "Medellín,Antioquia,Colombia"
    query = (
        "SELECT geo_target_constant.name FROM geo_target_constant WHERE geo_target_constant.resource_name = "
    )
    assert shared.value(query + f"'{city.geo_target_constant.parent_geo_target}'") == "Antioquia"
    query = "SELECT language_constant.id FROM language_constant WHERE language_constant.code = 'es'"
    assert shared.value(query) == 1003


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("FROM campaign", "EXPECTED_SELECT"),
        ("SELECT campaign.id", "UNEXPECTED_END_OF_QUERY"),
        ("SELECT campaign.id WHERE campaign.id = 1", "EXPECTED_FROM"),
        ("SELECT , FROM campaign", "BAD_FIELD_NAME"),
        ("SELECT campaign.id FROM weather", "BAD_RESOURCE_TYPE_IN_FROM_CLAUSE"),
        ("SELECT campaign.id FROM keyword_view", "BAD_RESOURCE_TYPE_IN_FROM_CLAUSE"),
        ("SELECT campaign.start_date FROM campaign", "UNRECOGNIZED_FIELD"),
        ("SELECT campaign.labels FROM campaign", "UNRECOGNIZED_FIELD"),
        ("SELECT campaign FROM campaign", "PROHIBITED_FIELD_IN_SELECT_CLAUSE"),
        ("SELECT ad_group.id FROM campaign", "PROHIBITED_RESOURCE_TYPE_IN_SELECT_CLAUSE"),
        (
            "SELECT campaign.id FROM campaign WHERE ad_group.id = 1",
            "PROHIBITED_RESOURCE_TYPE_IN_WHERE_CLAUSE",
        ),
        (
            "SELECT metrics.clicks, geo_target_constant.id FROM geo_target_constant",
            "PROHIBITED_METRIC_IN_SELECT_OR_WHERE_CLAUSE",
        ),
        (
            "SELECT ad_group_criterion.type FROM ad_group_criterion WHERE segments.date = '2026-10-01'",
            "PROHIBITED_SEGMENT_IN_SELECT_OR_WHERE_CLAUSE",
        ),
        ("SELECT campaign.id FROM campaign WHERE campaign.id = 1 OR campaign.id = 2", "EXPECTED_AND"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id ~ 1", "BAD_SYMBOL"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id SOUNDS 1", "BAD_OPERATOR"),
        ("SELECT campaign.id FROM campaign WHERE campaign.name REGEXP_MATCH 'a'", "BAD_OPERATOR"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id = 'x'", "BAD_NUMBER"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id = 1x", "BAD_NUMBER"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id LIKE '1%'", "OPERATOR_FIELD_MISMATCH"),
        ("SELECT campaign.id FROM campaign WHERE campaign.name > 'a'", "OPERATOR_FIELD_MISMATCH"),
        ("SELECT campaign.id FROM campaign WHERE campaign.name = a", "INVALID_STRING_VALUE"),
        ("SELECT campaign.id FROM campaign WHERE campaign.name = 'a", "STRING_NOT_TERMINATED"),
        ("SELECT campaign.id FROM campaign WHERE campaign.name = 'a\nb'", "PROHIBITED_NEWLINE_IN_STRING"),
        ("SELECT campaign.id FROM campaign WHERE campaign.name = 'a\\d'", "BAD_ESCAPE_SEQUENCE"),
        ("SELECT campaign.id FROM campaign WHERE campaign.status = 'ON'", "BAD_ENUM_CONSTANT"),
        ("SELECT campaign.id FROM campaign WHERE campaign.status = 'UNKNOWN'", "PROHIBITED_ENUM_CONSTANT"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id IN ()", "PROHIBITED_EMPTY_LIST_IN_CONDITION"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id IN 1", "EXPECTED_LIST"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id BETWEEN 1", "UNEXPECTED_END_OF_QUERY"),
        ("SELECT campaign.id FROM campaign ORDER campaign.id", "EXPECTED_BY"),
        (
            "SELECT campaign.id FROM campaign ORDER BY metrics.clicks",
            "EXPECTED_REFERENCED_FIELD_IN_SELECT_CLAUSE",
        ),
        ("SELECT campaign.id FROM campaign LIMIT 0", "LIMIT_VALUE_TOO_LOW"),
        ("SELECT campaign.id FROM campaign LIMIT few", "BAD_LIMIT_VALUE"),
        ("SELECT campaign.id FROM campaign LIMIT 1 WHERE campaign.id = 1", "UNEXPECTED_INPUT"),
        ("SELECT campaign.id FROM campaign PARAMETERS magic = true", "BAD_PARAMETER_NAME"),
        ("SELECT campaign.id FROM campaign PARAMETERS include_drafts = maybe", "BAD_PARAMETER_VALUE"),
        ("SELECT segments.date, metrics.clicks FROM campaign", "EXPECTED_FILTERS_ON_DATE_RANGE"),
        (
            "SELECT segments.date FROM campaign WHERE segments.date >= '2026-10-01'",
            "EXPECTED_FILTERS_ON_DATE_RANGE",
        ),
        ("SELECT metrics.clicks FROM campaign WHERE segments.date = '1/10/2026'", "INVALID_DATE_FORMAT"),
        (
            "SELECT metrics.clicks FROM campaign WHERE segments.date DURING NEXT_WEEK",
            "INVALID_VALUE_WITH_DURING_OPERATOR",
        ),
    ],
)
def test_a_query_is_refused(shared: Any, query: str, error: str) -> None:
    assert shared.query_refused(query) == error


def test_what_is_not_modelled_is_said(shared: Any, caplog: pytest.LogCaptureFixture) -> None:
    shared.query_refused("SELECT campaign.labels FROM campaign")
    assert "the field 'campaign.labels' is not modelled by this sandbox" in caplog.text
    shared.query_refused("SELECT campaign.start_date FROM campaign")
    assert "the field 'campaign.start_date' is not recognized" in caplog.text
