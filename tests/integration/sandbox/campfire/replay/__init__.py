"""The recordings of Rails Campfire done again on the stand-in, and compared."""
