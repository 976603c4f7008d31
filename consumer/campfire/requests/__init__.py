"""What is asked of Campfire with a bot's key."""
