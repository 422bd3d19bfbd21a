"""Who is not known is refused, and who is known may ask for a token."""

from typing import Any

import grpc
import pytest
import requests
from google.ads.googleads.errors import GoogleAdsException
from google.auth.exceptions import RefreshError
from google.auth.transport.requests import Request
from google.oauth2.credentials import Credentials

from sandbox.server import Sandbox

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
QUERY = "SELECT customer.id FROM customer"


def denied(google: Any, **how: Any) -> tuple[Any, str]:
    with pytest.raises(GoogleAdsException) as caught:
        google.service.search(
            request={"customer_id": how.pop("customer_id", google.id), "query": QUERY}, timeout=10
        )
    (error,) = caught.value.failure.errors
    raw = type(error).pb(error).error_code
    category = raw.WhichOneof("error_code")
    name = raw.DESCRIPTOR.fields_by_name[category].enum_type.values_by_number[getattr(raw, category)].name
    return caught.value.error.code(), name


def test_a_refresh_token_opens_the_account(google: Any) -> None:
    (row,) = google.search(QUERY)
    assert str(row.customer.id) == google.id
    reply = google.client.get_service("CustomerService").list_accessible_customers(timeout=10)
    assert list(reply.resource_names) == [f"customers/{google.id}"]


def test_a_service_account_opens_it_too(google: Any) -> None:
    from google.ads.googleads.client import GoogleAdsClient

    configuration = {
        "json_key_file_path": google.world.google_ads_service_account_file,
        "endpoint": google.world.google_ads_endpoint,
        "use_proto_plus": True,
        "login_customer_id": google.world.google_ads_login_customer_id,
    }
    client = GoogleAdsClient.load_from_dict(configuration, version="v26")
    rows = client.get_service("GoogleAdsService").search(customer_id=google.id, query=QUERY, timeout=10)
    assert [str(row.customer.id) for row in rows] == [google.id]


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({}, 200, None),
        ({"refresh_token": "another"}, 400, "invalid_grant"),
        ({"client_secret": "another"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        (
            {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": "x"},
            400,
            "invalid_grant",
        ),
    ],
    ids=str,
)
def test_the_token_endpoint(google: Any, changes: dict[str, str], status: int, error: str | None) -> None:
    form = {
        "grant_type": "refresh_token",
        "client_id": google.world.google_ads_client_id,
        "client_secret": google.world.google_ads_client_secret,
        "refresh_token": google.world.google_ads_refresh_token,
    }
    with requests.Session() as session:
        session.trust_env = False
        reply = session.post(google.world.google_ads_token_uri, data=form | changes, timeout=10)
    assert (reply.status_code, reply.json().get("error")) == (status, error)
    (call,) = google.world.control("GET", "calls")["calls"]
    assert (call["path"], call["params"]["refresh_token"]) == ("token", "***")


def test_a_revoked_refresh_token(google: Any) -> None:
    google.search(QUERY)
    google.set(refresh_token_revoked=True)
    assert denied(google) == (grpc.StatusCode.UNAUTHENTICATED, "OAUTH_TOKEN_REVOKED")
    with pytest.raises(RefreshError, match="invalid_grant") as caught:
        google.credentials.refresh(Request())
    assert not caught.value.retryable


@pytest.mark.parametrize(
    ("kind", "status"), [("revoked_token", 400), ("token_error", 400), ("plain_500", 500)]
)
def test_the_token_endpoint_suffers_faults(google: Any, kind: str, status: int) -> None:
    google.fault(kind, path="token")
    with requests.Session() as session:
        session.trust_env = False
        reply = session.post(google.world.google_ads_token_uri, data={}, timeout=10)
    assert reply.status_code == status
    assert (reply.status_code == 500) or reply.json()["error"] == "invalid_grant"


def test_an_unknown_or_expired_bearer(google: Any, make_google: Any) -> None:
    stranger = make_google(google.world, credentials=Credentials(token="x"))
    assert denied(stranger) == (grpc.StatusCode.UNAUTHENTICATED, "OAUTH_TOKEN_INVALID")
    google.search(QUERY)
    google.set(expire_access_tokens=True)
    assert denied(google) == (grpc.StatusCode.UNAUTHENTICATED, "OAUTH_TOKEN_EXPIRED")


def test_another_customer_or_manager(google: Any, make_google: Any) -> None:
    permission = (grpc.StatusCode.PERMISSION_DENIED, "USER_PERMISSION_DENIED")
    assert denied(google, customer_id="1234567890") == permission
    assert denied(make_google(google.world, login_customer_id="1234567890")) == permission
    assert denied(google, customer_id="123-456-78") == (
        grpc.StatusCode.INVALID_ARGUMENT,
        "INVALID_CUSTOMER_ID",
    )
    assert make_google(google.world, login_customer_id=None).search(QUERY)
    assert make_google(google.world, developer_token="x").search(QUERY)


def test_an_account_that_is_not_enabled(google: Any) -> None:
    google.set(customer_status="SUSPENDED")
    assert google.value("SELECT customer.status FROM customer") == "SUSPENDED"
    ((category, name, _),) = google.refused(google.budget())
    assert (category, name) == ("authorization_error", "ACTION_NOT_PERMITTED_FOR_SUSPENDED_ACCOUNT")
    google.set(customer_status="CANCELED")
    assert denied(google) == (grpc.StatusCode.PERMISSION_DENIED, "CUSTOMER_NOT_ENABLED")
    with pytest.raises(ValueError, match="customer_status must be"):
        google.set(customer_status="ASLEEP")
    with pytest.raises(TypeError, match="must be true or false"):
        google.set(hec_agreement_required="yes")


def test_what_is_not_served(google: Any, caplog: pytest.LogCaptureFixture) -> None:
    operation = google.client.get_type("CampaignOperation")
    with pytest.raises(Exception, match="not found"):
        google.client.get_service("CampaignService").mutate_campaigns(
            customer_id=google.id, operations=[operation], timeout=10
        )
    assert "CampaignService/MutateCampaigns: this sandbox does not serve it" in caplog.text
    (call,) = google.calls()
    assert (call["path"], call["status"]) == ("CampaignService/MutateCampaigns", 12)


def test_a_world_without_it() -> None:
    with Sandbox() as world:
        with pytest.raises(ValueError, match="google_ads=True"):
            _ = world.google_ads_endpoint
        with pytest.raises(ValueError, match="no Google Ads"):
            world.control("GET", "google_ads")
        with pytest.raises(ValueError, match="no Google Ads"):
            world.control("POST", "faults", {"kind": "quota"})
