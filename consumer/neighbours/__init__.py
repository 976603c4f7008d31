"""The last contact with each neighbour: whether it failed, and asking again until it does not."""
