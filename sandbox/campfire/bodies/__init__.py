"""What people and bots write, as Rails keeps it, reads it and draws it."""
