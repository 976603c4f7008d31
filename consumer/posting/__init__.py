"""An answer becomes posts in the room, each posted once, as the ledger remembers."""
