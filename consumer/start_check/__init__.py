"""What the log says at the start of what this consumer needs: Campfire, keys, the model, tools."""
