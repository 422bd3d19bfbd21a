"""Where mapped tasks run: one after another in this process, or on the Dask cluster of the settings."""

from __future__ import annotations

from typing import Any, cast

from prefect.context import FlowRunContext
from prefect.futures import PrefectFuture
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from adflux_core.errors import ConfigurationError
from adflux_core.settings import settings

Runner = TaskRunner[PrefectFuture[Any]]
# Seconds until a scheduler has answered, and until one of its workers is there.
ANSWER, WORKER = 10, 30


def runner() -> Runner:
    """For a flow whose mapped tasks only work something out. ConfigurationError without prefect-dask."""
    address = settings().adflux_dask_scheduler
    # One thread: the linear algebra below keeps its number of threads for the whole process, and its sums
    # differ in their last bits when another task changes that number half way.
    return _dask(address) if address else cast(Runner, ThreadPoolTaskRunner(max_workers=1))


def check_runner() -> None:
    """Raise ConfigurationError where this flow's cluster does not answer, is empty or has other libraries.

    Dask itself would wait for a worker for ever, and let other libraries give other figures.
    """
    running = FlowRunContext.get()
    address = getattr(running.task_runner, "address", None) if running else None
    if address is None:
        return
    from distributed import Client

    try:
        with Client(address, timeout=ANSWER, set_as_default=False) as client:  # type: ignore[no-untyped-call]
            client.wait_for_workers(1, timeout=WORKER)
            client.get_versions(check=True, packages=["scikit-learn"])
    except OSError:
        raise ConfigurationError(
            f"ADFLUX_DASK_SCHEDULER: no scheduler answers at {address}, or it has no worker: "
            "start both, or unset it"
        ) from None
    except ValueError as error:
        raise ConfigurationError(f"ADFLUX_DASK_SCHEDULER: {str(error).partition(chr(10))[0]}") from None


def _dask(address: str) -> Runner:
    try:
        from prefect_dask.task_runners import DaskTaskRunner
    except ImportError:
        raise ConfigurationError(
            "ADFLUX_DASK_SCHEDULER is set and prefect-dask is not installed: pip install 'adflux[cluster]'"
        ) from None
    return cast(Runner, DaskTaskRunner(address=address, client_kwargs={"timeout": ANSWER}))
