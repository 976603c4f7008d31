"""MCP servers: tools of others, named in a bot's file.

Which calls are granted, what its CLI is told of them, the cage of those that are programs, and
which of them answer.
"""
