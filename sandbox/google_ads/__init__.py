"""Google Ads API v26, pretended: gRPC over TLS, and the OAuth that opens it."""
