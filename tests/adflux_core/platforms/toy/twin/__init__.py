"""The toy, pretended: its account, its wire and its errors, in a world that has its own time and faults."""
