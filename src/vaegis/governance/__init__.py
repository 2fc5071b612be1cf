"""Room: governance."""
