"""Scores, calibration, attribution."""
