"""WHERE IT RUNS: starting, stopping and deploying. No rule of the business lives here."""
