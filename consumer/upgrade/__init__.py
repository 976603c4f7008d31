"""Carrying over what an older release left in Redis, before the first message is claimed."""
