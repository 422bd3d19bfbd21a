"""Each part of the stack starts alone, as in a container of its own, and together they are one."""

from __future__ import annotations

import base64
import http.client
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from adflux_core.settings import child_environment
from deployments.ports import free_port

pytestmark = pytest.mark.whole
PASSWORD = "adflux:a password for all parts"
CANARY = "EAAcanary0123456789"
Told = dict[str, str]


@contextmanager
def part(folder: Path, told: Told, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """`adflux words` with a home of its own, ended by SIGTERM as a container is."""
    own = {"ADFLUX_HOME": str(folder / words[0]), "META_ACCESS_TOKEN": CANARY}
    with (folder / f"{words[0]}.log").open("wb") as log:
        process = subprocess.Popen(
            [Path(sys.executable).with_name("adflux"), *words],
            env=child_environment({**own, **told}),
            stdout=log,
            stderr=log,
            cwd=folder,
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def asked(port: int, path: str) -> bytes | None:
    """What is answered; None while nothing good is."""
    sent = {"Authorization": f"Basic {base64.b64encode(PASSWORD.encode()).decode()}"}
    call = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        call.request("GET", path, headers=sent)
        answer = call.getresponse()
        return answer.read() if answer.status == http.HTTPStatus.OK else None
    except OSError:
        return None
    finally:
        call.close()


# For minutes on a busy machine: `make torture` has it, `make test` what each part says when it may not start.
if os.environ.get("ADFLUX_PARTS_ALONE"):

    def test_the_parts_find_each_other_by_address_and_password(
        tmp_path: Path, database_url: str, eventually: Callable[..., Any]
    ) -> None:
        prefect, shown = free_port(), free_port()
        told = {
            "ADFLUX_DATABASE_URL": database_url,
            "PREFECT_API_URL": f"http://127.0.0.1:{prefect}/api",
            "PREFECT_API_AUTH_STRING": PASSWORD,
        }
        with part(
            tmp_path, {"PREFECT_API_AUTH_STRING": PASSWORD}, "server", "--port", str(prefect)
        ) as server:
            eventually(lambda: asked(prefect, "/api/health"), 180)
            assert asked(prefect, "/api/admin/version")
            assert b"prefect_" in (asked(prefect, "/api/metrics") or b"")
            with (
                part(tmp_path, told, "dashboard", "--port", str(shown)) as dashboard,
                part(tmp_path, told, "bootstrap") as bootstrap,
            ):
                assert bootstrap.wait(180) == 0, (tmp_path / "bootstrap.log").read_text()
                with part(tmp_path, told, "worker", "--queue", "sync") as worker:
                    eventually(lambda: b"started" in (tmp_path / "worker.log").read_bytes(), 180)
                    eventually(lambda: asked(shown, "/_stcore/health"), 180)
                    assert worker.poll() is None, (tmp_path / "worker.log").read_text()
                    assert asked(prefect, "/api/deployments/name/sync-metrics/weekly")
                    # Only the worker spends money: the others do not hold what opens the platform.
                    environments = [
                        Path(f"/proc/{one.pid}/environ").read_text() for one in (server, dashboard, worker)
                    ]
                    assert [CANARY in held for held in environments] == [False, False, True]


@pytest.mark.parametrize(
    ("words", "told", "missing"),
    [
        (["server", "--address", "0.0.0.0"], {}, "PREFECT_API_AUTH_STRING"),  # noqa: S104
        (["dashboard"], {}, "ADFLUX_DATABASE_URL"),
        (["bootstrap"], {"ADFLUX_DATABASE_URL": "postgresql://u@127.0.0.1:1/x"}, "PREFECT_API_URL"),
    ],
)
def test_what_is_missing_is_one_line(words: list[str], told: Told, missing: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("adflux"), *words],
        env={name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")} | told,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert missing in done.stderr
