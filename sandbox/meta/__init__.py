"""Meta's Marketing API, pretended: state, wire and errors."""
