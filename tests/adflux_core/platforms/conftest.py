"""What the suites over every platform publish."""

from __future__ import annotations

import pytest
from meta_publications import open_posting


@pytest.fixture
def posting(database_url: str) -> int:
    """Open, in Bogotá."""
    return open_posting()
