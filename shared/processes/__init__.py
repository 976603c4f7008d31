"""Processes of this machine: who they are, and what they hold."""
