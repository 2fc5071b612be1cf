"""Room: registry."""
