"""What AdFlux needs, examined, and the last examination kept for the page that shows it."""
