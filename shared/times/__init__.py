"""Time zones by name, and times that come again."""
