"""Calling the bots' webhooks as Rails does, and what becomes of their answers."""
