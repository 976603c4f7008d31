"""Connections before anybody is known by name: bounded in bytes, in time, and in number."""
