"""GoogleAdsService.Search and SearchStream: pages of ten thousand rows, and the same in one go."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from hashlib import blake2b

from google.ads.googleads.v26.services.types.google_ads_service import (
    SearchGoogleAdsResponse,
    SearchGoogleAdsStreamResponse,
)

from sandbox.google_ads.errors import Refusal, not_modelled, refusal
from sandbox.google_ads.gaql import parse
from sandbox.google_ads.kinds import Pb
from sandbox.google_ads.rows import Reader
from sandbox.google_ads.state import Customer

PAGE = SearchGoogleAdsResponse.pb()
BATCH = SearchGoogleAdsStreamResponse.pb()
ROWS = 10_000  # of a page, and at most of a batch
MODELLED = {"customer_id", "query", "page_token", "validate_only", "search_settings"}
MODELLED_SETTINGS = {"return_total_results_count", "omit_results"}


def search(customer: Customer, request: Pb) -> Pb:
    _check_request(request)
    reader = _reader(customer, request)
    if request.validate_only:
        return PAGE(field_mask=reader.field_mask)
    start = _offset(request)
    rows = [] if request.search_settings.omit_results else reader.rows
    page = PAGE(field_mask=reader.field_mask, results=rows[start : start + ROWS])
    if len(rows) > start + ROWS:
        page.next_page_token = _token(request, start + ROWS)
    if request.search_settings.return_total_results_count:
        page.total_results_count = reader.count
    return page


def search_stream(customer: Customer, request: Pb, request_id: str) -> list[Pb]:
    for described, _ in request.ListFields():
        if described.name not in {"customer_id", "query"}:
            raise Refusal([not_modelled(f"{described.name} of a SearchStream", described.name)])
    reader = _reader(customer, request)
    batches = [
        BATCH(results=rows, field_mask=reader.field_mask, request_id=request_id) for rows in _cut(reader.rows)
    ]
    return batches or [BATCH(field_mask=reader.field_mask, request_id=request_id)]


def shortened(batches: list[Pb], rows: int) -> Iterator[Pb]:
    """Only the first so many rows, the last batch cut."""
    for batch in batches:
        if rows <= 0:
            return
        del batch.results[rows:]
        rows -= len(batch.results)
        yield batch


def _reader(customer: Customer, request: Pb) -> Reader:
    if not request.query.strip():
        raise refusal("query_error", "UNEXPECTED_END_OF_QUERY", "The query is empty.", "query")
    return Reader(customer, parse(request.query))


def _cut(rows: list[Pb]) -> Iterator[list[Pb]]:
    for start in range(0, len(rows), ROWS):
        yield rows[start : start + ROWS]


def _check_request(request: Pb) -> None:
    if request.page_size:
        said = f"Setting the page size is not supported. Pages have {ROWS} rows."
        raise refusal("request_error", "PAGE_SIZE_NOT_SUPPORTED", said, "page_size")
    for described, _ in request.ListFields():
        if described.name not in MODELLED:
            raise Refusal([not_modelled(f"{described.name} of a Search", described.name)])
    for described, _ in request.search_settings.ListFields():
        if described.name not in MODELLED_SETTINGS:
            raise Refusal([not_modelled(f"The setting {described.name}", "search_settings", described.name)])
    if request.validate_only and request.page_token:
        said = "A request that is only validated takes no page token."
        raise refusal("request_error", "VALIDATE_ONLY_REQUEST_HAS_PAGE_TOKEN", said, "page_token")


def _fingerprint(request: Pb) -> str:
    return blake2b(f"{request.customer_id}/{request.query}".encode(), digest_size=8).hexdigest()


def _token(request: Pb, offset: int) -> str:
    return urlsafe_b64encode(f"{_fingerprint(request)}:{offset}".encode()).decode()


def _offset(request: Pb) -> int:
    if not request.page_token:
        return 0
    try:
        fingerprint, _, offset = urlsafe_b64decode(request.page_token).decode().partition(":")
        if fingerprint == _fingerprint(request):
            return int(offset)
    except ValueError:
        pass
    said = "The page token is of another query, or of none."
    raise refusal("request_error", "INVALID_PAGE_TOKEN", said, "page_token")
