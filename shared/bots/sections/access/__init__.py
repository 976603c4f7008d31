"""Who may talk to a bot and what it may use of its abilities, where, and after whose word."""
