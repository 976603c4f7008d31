"""Reads what is shown from Redis: a bounded number of commands, whatever waits."""
