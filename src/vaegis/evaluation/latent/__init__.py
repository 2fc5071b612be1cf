"""Part of evaluation: what the latent space is like."""
