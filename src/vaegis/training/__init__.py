"""Fit a model with Lightning; metrics leave through a `MetricSink`."""
