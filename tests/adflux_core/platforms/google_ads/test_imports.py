"""google-ads costs a second and 100 MB: who does not speak to Google does not pay for it."""

from __future__ import annotations

import subprocess
import sys

import pytest

WITHOUT = """
import sys
{imports}
loaded = [name for name in sys.modules if name.startswith(("google.ads", "grpc"))]
assert not loaded, loaded[:5]
"""


@pytest.mark.parametrize(
    "imports",
    [
        "import adflux_core.accounts, adflux_core.campaigns.drafting, adflux_core.publication.converge",
        "import adflux_core.metrics.sync, adflux_core.reports, adflux_core.creative.search_words",
        (
            "from adflux_core import platforms\nfrom importlib import import_module\n"
            "import_module(platforms.REGISTRY['meta'].adapter.partition(':')[0])"
        ),
        "import dashboard.reads, dashboard.naming, dashboard.charts",
        "import deployments.cli, adflux_core.doctor.examining",
        "import flows.publish_campaign, flows.converge_campaigns, flows.sync_metrics, flows.import_postings",
    ],
)
def test_nobody_loads_google_ads_without_need(imports: str) -> None:
    subprocess.run([sys.executable, "-c", WITHOUT.format(imports=imports)], check=True)
