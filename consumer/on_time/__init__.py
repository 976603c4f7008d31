"""Reminders and schedules: what is due goes into the queue, once; what the room is told of it."""
