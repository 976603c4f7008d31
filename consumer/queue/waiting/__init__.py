"""Who waits: for a slot, and so is next; for an answer, and has to be told."""
