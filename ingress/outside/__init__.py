"""Events: what programs outside tell a bot in a room, by the bot's own secret."""
