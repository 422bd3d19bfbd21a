"""The world as a process: what it prints opens it, and what it wrote is gone when it ends."""

import json
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import grpc

from sandbox.known import GEMINI, GOOGLE_ADS, META
from sandbox.server import Sandbox


def test_what_a_process_prints_opens_google_ads() -> None:
    command = [sys.executable, "-m", "sandbox", "--today", "2026-10-01"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            known = json.loads(process.stdout.readline())
            assert list(known) == [*META, *GEMINI, *GOOGLE_ADS]
            authority = Path(known["google_ads_ca_file"])
            code = ask_without_token(known["google_ads_endpoint"], authority.read_bytes())
            account = json.loads(Path(known["google_ads_service_account_file"]).read_text())
            process.send_signal(signal.SIGTERM)
            _, errors = process.communicate(timeout=20)
        finally:
            process.kill()  # leaving waits for it, and a test that failed has told it nothing
    assert code is grpc.StatusCode.UNAUTHENTICATED
    assert account["token_uri"] == known["google_ads_token_uri"]
    assert process.returncode == 0
    assert "OAUTH_TOKEN_HEADER_INVALID" in errors
    assert not authority.exists()


def ask_without_token(endpoint: str, authority: bytes) -> Any:
    """A bare call: the roots of this process's clients are another authority's."""
    credentials = grpc.ssl_channel_credentials(root_certificates=authority)
    with grpc.secure_channel(endpoint, credentials) as channel:
        call = channel.unary_unary(
            "/google.ads.googleads.v26.services.CustomerService/ListAccessibleCustomers"
        )
        try:
            call(b"", timeout=10)
        except grpc.RpcError as error:
            return error.code()
    return None


def test_stopping_lets_go_of_threads_and_files(google: Any) -> None:
    folder = Path(google.world.google_ads_ca_file).parent
    google.search("SELECT customer.id FROM customer")
    google.world.stop()
    assert not folder.exists()
    assert not [one for one in threading.enumerate() if one.name.startswith("google-ads")]


def test_the_world_ends_although_a_call_hangs(google: Any) -> None:
    google.search("SELECT customer.id FROM customer")
    google.fault("hung")
    refused: list[Any] = []

    def ask() -> None:
        try:
            google.search("SELECT customer.id FROM customer")
        except Exception as error:  # noqa: BLE001 - whichever way it ends, it ends
            refused.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    while len(google.calls()) < 2:
        asking.join(0.01)
    google.world.stop()
    asking.join()
    assert len(refused) == 1


def test_two_worlds_share_nothing(google: Any, make_google: Any) -> None:
    with Sandbox(seed=2, google_ads=True) as other:
        second = make_google(other)
        google.make(google.budget())
        assert second.search("SELECT campaign_budget.id FROM campaign_budget") == []
        assert other.google_ads_customer_id != google.id
        assert other.google_ads_refresh_token != google.world.google_ads_refresh_token


def test_many_at_once(google: Any) -> None:
    made: list[str] = []

    def create(one: int) -> None:
        for number in range(10):
            made.extend(google.make(*google.tree(f"{one}/{number}")))

    threads = [threading.Thread(target=create, args=(one,)) for one in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 4 * 10 * 6
