"""Backup and restore over a real Redis."""
