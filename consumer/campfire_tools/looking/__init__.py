"""The tools that look: at a room, its people, what was said in it. They change nothing."""
