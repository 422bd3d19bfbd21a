"""Drafting and approving: a plan says exactly what would be published, and changes nothing outside."""
