"""Requests of every kind at the real web process: nothing to post, nothing broken, nothing kept."""
