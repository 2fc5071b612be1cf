"""One fitted model as one object: transform, network, calibration."""
