"""A toy that shows what a platform takes: forms in, JSON out, one object a call."""
