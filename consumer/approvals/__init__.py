"""Calls of tools that wait for a person's word: asked for, answered, run once, or never."""
