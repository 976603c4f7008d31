"""A session: one connected client and the turns it takes, one after the other."""
