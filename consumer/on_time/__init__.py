"""On time: what is due goes into the queue, once; and what the room is told of it."""
