"""What Campfire delivers: read, checked, taken in; and what the room is told where it is not."""
