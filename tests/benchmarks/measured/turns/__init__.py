"""What a turn costs on its way to the room, and what is done in it."""
