"""Delivery: an answer becomes posts, each posted once, as the ledger remembers."""
