"""The quota of a day, and what counts."""

from typing import Any

import pytest
from google.ads.googleads.errors import GoogleAdsException
from google.api_core import exceptions

from sandbox.google_ads.kinds import AD_GROUP_CRITERION

NAME = "SELECT campaign_budget.name FROM campaign_budget"


def used(google: Any) -> int:
    return int(google.world.control("GET", "google_ads")["operations_used"])


def test_what_counts(google: Any) -> None:
    google.make(*google.tree())
    assert used(google) == 6
    google.search(NAME)
    google.stream(NAME)
    assert used(google) == 8
    google.mutate(google.budget(name="other"), validate_only=True)
    google.refused(google.budget(name="campaign"))
    assert used(google) == 10


def test_a_day_that_is_used_up(google: Any) -> None:
    google.set(operations_per_day=7)
    google.make(*google.tree())
    google.search(NAME)
    with pytest.raises(exceptions.ResourceExhausted) as caught:
        google.search(NAME)
    key = "google.ads.googleads.v26.errors.googleadsfailure-bin"
    trailing = dict(caught.value.response.trailing_metadata())
    failure = type(google.client.get_type("GoogleAdsFailure")).deserialize(trailing[key])
    (error,) = failure.errors
    assert error.error_code.quota_error.name == "RESOURCE_EXHAUSTED"
    assert 86_000 < error.details.quota_error_details.retry_delay.seconds <= 86_400
    google.days(1)
    assert len(google.search(NAME)) == 1


def _many_keywords(google: Any) -> None:
    """Twenty thousand more, without asking for each."""
    customer = google.world.google_ads.customer
    (keyword,) = customer.of_kind(AD_GROUP_CRITERION)
    for number in range(20_000):
        copy = keyword.copy()
        copy.name = copy.message.resource_name = f"{keyword.name}{number}"
        customer.put(copy)


def test_further_pages_cost_nothing_and_belong_to_their_query(google: Any) -> None:
    google.make(*google.tree())
    _many_keywords(google)
    before = used(google)
    query = "SELECT ad_group_criterion.criterion_id FROM ad_group_criterion"
    request = {"customer_id": google.id, "query": query}
    counted = request | {"search_settings": {"return_total_results_count": True}}
    pages = list(google.service.search(request=counted, timeout=60).pages)
    assert [len(page.results) for page in pages] == [10_000, 10_000, 1]
    assert pages[0].total_results_count == 20_001
    assert used(google) == before + 1
    batches = list(google.service.search_stream(customer_id=google.id, query=query, timeout=60))
    assert [len(batch.results) for batch in batches] == [10_000, 10_000, 1]
    assert all(batch.request_id == batches[0].request_id for batch in batches)
    assert list(batches[0].field_mask.paths) == ["ad_group_criterion.criterion_id"]
    token = pages[0].next_page_token
    for other in ({"query": NAME, "page_token": token}, {"page_token": "x"}):
        with pytest.raises(GoogleAdsException, match="The page token is of another query"):
            google.service.search(request=request | other, timeout=20)


@pytest.mark.parametrize(
    "settings",
    [{"page_size": 100}, {"search_settings": {"return_summary_row": True}}, {"validate_only": True}],
    ids=str,
)
def test_what_a_search_may_be_told(google: Any, settings: dict[str, Any]) -> None:
    google.make(google.budget())
    request = {"customer_id": google.id, "query": NAME, **settings}
    if settings.get("validate_only"):
        assert list(google.service.search(request=request, timeout=20)) == []
        return
    with pytest.raises(GoogleAdsException, match=r"not supported|not modelled"):
        google.service.search(request=request, timeout=20)
