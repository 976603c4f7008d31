"""Who waits: for a free slot, and comes next; for an answer, and has to be told."""
