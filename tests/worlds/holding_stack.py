"""Keep the services up until a signal, telling each stage as one JSON line."""

import json
import sys
from pathlib import Path

from adflux_core.errors import AdfluxError
from deployments.services import Services


def tell(stage: str, seconds: float | None) -> None:
    sys.stdout.write(json.dumps({"stage": stage, "seconds": seconds}) + "\n")
    sys.stdout.flush()


def main() -> None:
    home, prefect_port, dashboard_port, any_port, probes = sys.argv[1:]
    try:
        with Services(
            Path(home),
            sandbox=() if probes else None,
            prefect_port=int(prefect_port),
            dashboard_port=int(dashboard_port),
            any_port=any_port == "any",
            prefect_yaml=Path(probes) / "prefect.yaml" if probes else None,
            on_progress=tell,
        ) as services:
            sys.stdout.write(json.dumps({"stage": "memory", "bytes": services.memory()}) + "\n")
            sys.stdout.flush()
            services.watch()
    except AdfluxError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(error.exit_code)


main()
