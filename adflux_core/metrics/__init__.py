"""Daily numbers: a window is read to the end and replaced, with a receipt that says so."""
