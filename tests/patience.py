"""How long a test waits for what must come."""

PATIENCE_S = 60.0
"""Seconds: a bound, not a measure. While a disk writes a fresh install back, a single fsync of
Valkey's was seen to take ten."""
