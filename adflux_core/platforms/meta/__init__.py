"""Meta: Facebook and Instagram, through the Marketing API."""
