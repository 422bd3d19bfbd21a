"""Candidates in: people who agreed to be reached become rows, what the law protects is put apart."""

from __future__ import annotations

from adflux_core.candidates.formats import CandidateFormat
from adflux_core.candidates.importing import Receipt, import_candidates, look_at

__all__ = ["CandidateFormat", "Receipt", "import_candidates", "look_at"]
