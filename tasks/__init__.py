"""HOW IT SURVIVES: each task is one commit or one remote effect."""
