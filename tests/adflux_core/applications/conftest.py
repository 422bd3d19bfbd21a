"""What the tests of applications share: a published ad with its click id, and an import."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from application_files import Take, ask
from meta_publications import one_pass, published

from adflux_core.applications import Receipt, import_applications
from sandbox.server import Sandbox


@pytest.fixture
def take(database_url: str, tmp_path: Path) -> Take:
    """Import content (bytes or text) as a file."""

    def run(content: bytes | str, name: str = "events", **options: Any) -> Receipt:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        receipt = import_applications(path, **options)
        assert receipt.read == (
            receipt.created + receipt.updated + receipt.unchanged + receipt.merged + receipt.quarantined
        )
        return receipt

    return run


@pytest.fixture
def click_id(world: Sandbox, posting_id: int) -> str:
    """Of an ad that runs on Meta from 2 to 21 October 2026, in Bogotá."""
    one_pass(published(posting_id))
    ((found,),) = ask("SELECT click_id FROM apply_link")
    return str(found)
