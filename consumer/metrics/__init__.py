"""Metrics of this process for a Prometheus, on a port of their own, behind a token."""
