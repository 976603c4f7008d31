"""Keys, secrets and links: who gets in, and where."""
