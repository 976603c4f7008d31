"""Metrics: who is shown them, and what they are called."""
