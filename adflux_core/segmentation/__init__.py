"""Candidates become segments that keep their identity and obey the law."""
