"""Applications in: what an applicant tracking system says of each becomes events, and no person is kept."""

from __future__ import annotations

from adflux_core.applications.importing import Receipt, import_applications, look_at

__all__ = ["Receipt", "import_applications", "look_at"]
