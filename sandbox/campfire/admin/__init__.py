"""What tests drive the sandbox with; not part of Campfire."""
