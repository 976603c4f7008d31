"""What a bot can do beside talking: its tools, the web, files, skills, subagents."""
