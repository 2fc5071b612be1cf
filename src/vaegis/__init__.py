"""Vaegis: from a table in a feature store to a governed variational autoencoder."""
