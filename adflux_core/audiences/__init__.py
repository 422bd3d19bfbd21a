"""Audiences: consented candidates of a segment's version, copied to a platform as hashes and taken back."""
