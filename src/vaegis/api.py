"""Fit and load from Python."""
