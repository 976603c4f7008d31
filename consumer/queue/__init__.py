"""The consumer's side of the queue: who owns it, whose turn it is, and how a message ends."""
