"""The mention book."""
