"""The proof, before a bot with a shell is let in, that its cage holds: asked of the real CLI."""
