"""What a verb of the command line works in: the database, and Prefect beside or inside this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from adflux_core import database
from adflux_core.settings import apply_environment, settings
from deployments.demo import demo_home
from deployments.embedded_postgres import embedded_postgres
from deployments.prefect_environment import prefect_environment
from deployments.running import running


@contextmanager
def workplace() -> Iterator[None]:
    """A migrated database and Prefect's environment, for the block.

    Where `adflux up` or `adflux demo` runs on the same ADFLUX_HOME, theirs; settings of this process win.
    Import Prefect inside the block only: it reads its environment once. Raises ConfigurationError,
    DatabaseUnavailableError.
    """
    current = settings()
    with ExitStack() as exits:
        if not join_running():
            apply_environment(prefect_environment(current.adflux_home))
        if settings().adflux_database_url is None:
            url = exits.enter_context(embedded_postgres(current.adflux_home))
            apply_environment({"ADFLUX_DATABASE_URL": url})
        database.migrate()
        exits.callback(database.engine().dispose)
        if settings().adflux_log_format == "text":
            # The answer and one line on failure are for the person; the run's log is in Prefect.
            apply_environment({"PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL"})
        yield


def join_running() -> bool:
    """Take the environment of the AdFlux that runs on this ADFLUX_HOME, if any; settings set here win."""
    current = settings()
    found = running(current.adflux_home) or running(demo_home())
    if found is not None:
        own = {name.upper() for name in current.model_fields_set}
        apply_environment({name: value for name, value in found.environment.items() if name not in own})
    return found is not None
