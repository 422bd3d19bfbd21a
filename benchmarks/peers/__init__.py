"""What benchmarks measure us beside, and the rows that both are given."""
