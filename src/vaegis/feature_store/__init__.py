"""Room: feature_store."""
