"""What this program calls itself to others: to model providers, to websites."""

PROGRAM = "campfire-ai-bot/2.0.0"
"""Name and version; the version stands in pyproject.toml too, which no process reads."""
