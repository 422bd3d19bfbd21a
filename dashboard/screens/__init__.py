"""One page a file: it looks and asks."""
