"""Exactly-once publication: one function, `converge`, brings a platform to what our database desires."""
