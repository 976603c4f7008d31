"""The outbox's name: agents are told of it, turns look into it, and links to it are rendered."""

OUTBOX = "outbox"
"""The folder in an agent's working directory whose new files are posted after its answer."""
