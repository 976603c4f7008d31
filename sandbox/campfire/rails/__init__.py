"""Habits of Rails that are no chat's: its JSON, signed ids, the names of files."""
