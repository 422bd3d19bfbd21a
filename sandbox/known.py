"""What the product needs to know of a world: where its platforms are, and what opens them."""

from typing import TYPE_CHECKING, Any

from sandbox.faults import OAUTH_PATH
from sandbox.meta.state import Account

if TYPE_CHECKING:
    from sandbox.gemini.wire import Gemini
    from sandbox.google_ads.platform import GoogleAds

HOST = "127.0.0.1"
META = (
    "meta_graph_url",
    "meta_ad_account_id",
    "meta_page_id",
    "meta_access_token",
    "meta_app_id",
    "meta_app_secret",
)
GOOGLE_ADS = (
    "google_ads_endpoint",
    "google_ads_customer_id",
    "google_ads_login_customer_id",
    "google_ads_auth_uri",
    "google_ads_token_uri",
    "google_ads_client_id",
    "google_ads_client_secret",
    "google_ads_refresh_token",
    "google_ads_ca_file",
    "google_ads_service_account_file",
)
GEMINI = ("gemini_base_url", "gemini_api_key", "gemini_model")


class Known:
    """A world says all of it of itself."""

    account: Account
    accounts: list[Account]
    gemini: "Gemini"
    google_ads: "GoogleAds | None"
    server_address: Any

    def said(self) -> dict[str, Any]:
        names = META + GEMINI if self.google_ads is None else META + GEMINI + GOOGLE_ADS
        return {name: getattr(self, name) for name in names}

    @property
    def meta_graph_url(self) -> str:
        return f"http://{HOST}:{self.server_address[1]}"

    @property
    def meta_ad_account_id(self) -> str:
        return ",".join(one.id for one in self.accounts)

    @property
    def meta_page_id(self) -> str:
        return self.account.page_id

    @property
    def meta_access_token(self) -> str:
        return self.account.access_token

    @property
    def meta_app_id(self) -> str:
        return self.account.app_id

    @property
    def meta_app_secret(self) -> str | None:
        return self.account.app_secret

    @property
    def gemini_base_url(self) -> str:
        return self.meta_graph_url

    @property
    def gemini_api_key(self) -> str:
        return self.gemini.project.api_key

    @property
    def gemini_model(self) -> str:
        return self.gemini.project.models[0]

    @property
    def google_ads_endpoint(self) -> str:
        return self._google_ads.endpoint

    @property
    def google_ads_customer_id(self) -> str:
        return ",".join(one.id for one in self._google_ads.customers)

    @property
    def google_ads_login_customer_id(self) -> str:
        return self._google_ads.customer.manager_id

    @property
    def google_ads_auth_uri(self) -> str:
        return f"{self.meta_graph_url}/o/oauth2/v2/auth"

    @property
    def google_ads_token_uri(self) -> str:
        return f"{self.meta_graph_url}/{OAUTH_PATH}"

    @property
    def google_ads_client_id(self) -> str:
        return self._google_ads.access.client_id

    @property
    def google_ads_client_secret(self) -> str:
        return self._google_ads.access.client_secret

    @property
    def google_ads_refresh_token(self) -> str:
        return self._google_ads.access.refresh_token

    @property
    def google_ads_ca_file(self) -> str:
        return str(self._google_ads.ca_file)

    @property
    def google_ads_service_account_file(self) -> str:
        return str(self._google_ads.service_account_file(self.google_ads_token_uri))

    @property
    def _google_ads(self) -> "GoogleAds":
        if self.google_ads is None:
            raise ValueError("this world has no Google Ads: start it with google_ads=True")
        return self.google_ads
