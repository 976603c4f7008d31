"""MCP servers for tests, on the `mcp` package: one that does as it is told, in both transports."""
