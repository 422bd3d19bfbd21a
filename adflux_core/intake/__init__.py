"""Files in: what the import of any file needs, whatever its rows are about."""
