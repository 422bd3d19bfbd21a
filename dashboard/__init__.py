"""THE LOOK: pages that look and ask."""
