"""Pure torch: networks, posteriors, objective, variational autoencoder."""
