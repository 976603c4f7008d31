"""What a sign leaves in a room, and what is recorded of it: boosts, and the one message."""
