"""Room: quality."""
