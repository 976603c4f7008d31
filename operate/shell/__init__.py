"""How a command looks into Redis, speaks, and ends with a sentence."""
