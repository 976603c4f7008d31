"""How an attempt at a message ends: in a reply, or in another try."""
