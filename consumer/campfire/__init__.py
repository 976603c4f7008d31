"""Campfire, as the consumer speaks to it: the bot API."""
