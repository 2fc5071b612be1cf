"""Room: fitted."""
