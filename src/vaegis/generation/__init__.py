"""Rows from the latent prior."""
