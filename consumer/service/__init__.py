"""The consumer's life, what it carries out for others meanwhile, and what it tells of itself."""
