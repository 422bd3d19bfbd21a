"""Read-only questions; SQL in the open."""
