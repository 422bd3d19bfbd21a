"""A world to try AdFlux on: postings and candidates that nobody is, marked as simulated wherever they go."""
